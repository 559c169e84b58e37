"""The web app: a visit page for clinicians, a one-minute diary for patients, on the practice's own machine.

Views parse, call one action, and show a page. ``models`` are storage and hold no judgement; ``access`` says who may do what, for
every route; the database itself writes the audit. What is shown comes from ``lenitive.render``, what is concluded from
``lenitive.review``: nothing below this room knows that there is a web.
"""
