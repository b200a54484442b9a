"""The composition root: settings in, running bot out. The only place where the parts meet."""
