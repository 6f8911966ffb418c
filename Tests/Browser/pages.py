"""The pages that every test of all pages visits. A new page is a new line."""

from dataclasses import dataclass


@dataclass
class Page:
    name: str
    path: str
    # Words that stand on it.
    words: str
    status: int = 200


SERVER = "product=windows-nt-server-4.0"

PAGES = [
    Page("home", "/", "Is this machine fixed?"),
    Page("article", "/kb/Q179827", "Registry Handle Leak"),
    Page("article-table", "/kb/Q900002", "sixteen bits"),
    Page("article-hostile", "/kb/Q900003", "zebra"),
    Page("search", "/kb?q=conveyor", "30 articles"),
    Page("search-all", "/kb", "34 articles"),
    Page("search-empty", "/kb?q=zzzz", "Nothing found"),
    Page("check", "/check", "Is it fixed at this level?"),
    Page("check-affected", f"/check?{SERVER}&service_pack=SP3", "affected"),
    Page("check-fixed", f"/check?{SERVER}&service_pack=SP5", "fixed"),
    Page("check-refused", f"/check?{SERVER}&service_pack=SP9", "never had the level", 400),
    Page("missing", f"/missing?{SERVER}&service_pack=SP4", "Conveyor"),
    Page("missing-form", "/missing", "What does this level lack?"),
    Page("simulate", "/simulate?opens_per_hour=3600&touches_per_hour=60&hours=48", "18.2 hours"),
    Page("simulate-refused", "/simulate?opens_per_hour=-1", "Opens per hour must be", 400),
    Page("diagnose", "/diagnose", "Diagnose a log"),
    Page("diagnosis", "/diagnose?sample=1", "Diagnosis of PLC-12"),
    Page("docs", "/docs", "/api/v1/diagnoses"),
    Page("not-found", "/kb/Q1", "no article of that number", 404),
]
