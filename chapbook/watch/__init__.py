"""`chapbook watch`: the book made anew at every save, and shown as it is.

    session.py   looks, builds (in a child), lays the result on the desk
    changes.py   what of the manuscript changed
    desk.py      the folder between the two processes: the last good editions, the last findings
    place.py     where in the text an edit shows
    server.py    a process of its own: gives the desk to one browser on this machine
    shell.*      the page around the editions

The builder has no threads, so it may fork; the server has threads and never builds.
"""
