"""The table with a pod's instance, node and evidence beside it."""

from functools import partial

from webhook.readiness.renderings import table

render = partial(table.render, wide=True)
render_list = partial(table.render_list, wide=True)
