-- Reads framed texts from standard input and prints one JSON tree a line.
-- The empty read environment ({}) keeps every text from opening files or addresses.
-- Mathematics is given as MathML too: a span around it carries that, or why there is none.
local mathml = pandoc.WriterOptions{html_math_method = 'mathml'}
local function with_mathml(math)
  local said, markup = pandoc.log.silence(function()
    return pandoc.write(pandoc.Pandoc{pandoc.Plain{math}}, 'html', mathml)
  end)
  local fault = said[1] and said[1].message or ''
  return pandoc.Span({math}, pandoc.Attr('', {'mathematics'}, {mathml = markup, fault = fault}))
end
local count = tonumber(io.read('l'))
local form = io.read('l')
for _ = 1, count do
  local length = tonumber(io.read('l'))
  local text = length > 0 and io.read(length) or ''
  local ok, result = pcall(pandoc.read, text, form, {}, {})
  if ok then
    if text:find('$', 1, true) then -- else it has none, and the walk takes a fifth of the time
      result = result:walk{Math = with_mathml}
    end
    io.write(pandoc.write(result, 'json'), '\n') -- JSON has no line break of its own
  else
    print(pandoc.json.encode(tostring(result)))
  end
end
