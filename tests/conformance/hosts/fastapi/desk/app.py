"""The desk, as an application of FastAPI."""

from fastapi import FastAPI

from desk import contexts, functions, mutations, peeking
from desk.faults import faulty
from desk.people import identify
from desk.switches import variant
from mizan.fastapi import Mizan

app = FastAPI()
modules = [contexts, functions, mutations]
if variant("peeking"):
    modules.append(peeking)
mizan = Mizan(app, modules=modules, identify=identify, expose_ir=True)
faulty(app)
