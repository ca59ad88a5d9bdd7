"""The entry for a WSGI server: `wsgi:app`."""

import gc

from marketplace.app import create_app
from marketplace.kernel.failing_disk import ANSWER_SECONDS, end_with_the_disk
from marketplace.web.turns import InTurn

end_with_the_disk(after=ANSWER_SECONDS)
app = create_app()
app.wsgi_app = InTurn(app.wsgi_app)
gc.freeze()  # what is there from the start stays and need not be looked through for garbage
gc.set_threshold(20_000, 20, 20)
