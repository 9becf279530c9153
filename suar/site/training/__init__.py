"""What learns the weights of evidence and measures how right they are. Never part of the running service.

`people` who is compared · `pairs` which two · `outcomes` what a comparison comes to, as codes · `em` Splink, in an environment
of its own · `weights` the proposed policy file · `truth` the sandbox's own word on who is who, which measuring alone may read ·
`quality` the figures · `charts` their pictures.
"""
