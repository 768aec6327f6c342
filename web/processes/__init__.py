"""The processes of the production server: port, workers, supervision.

`granian_server.SupervisedServer` runs the workers; `web.server` configures and starts it.
"""
