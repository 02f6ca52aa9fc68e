"""tmp"""
def frame(request): return {}
