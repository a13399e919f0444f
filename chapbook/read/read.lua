-- Reads framed texts from standard input and prints one JSON tree a line.
-- The empty read environment ({}) keeps every text from opening files or addresses.
local count = tonumber(io.read('l'))
local form = io.read('l')
for _ = 1, count do
  local length = tonumber(io.read('l'))
  local text = length > 0 and io.read(length) or ''
  local ok, result = pcall(pandoc.read, text, form, {}, {})
  if ok then
    print((pandoc.write(result, 'json'):gsub('\n', '')))
  else
    print(pandoc.json.encode(tostring(result)))
  end
end
