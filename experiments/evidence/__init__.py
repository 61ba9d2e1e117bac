"""Published findings as virtual experiments, and what rests on them: verdicts, calibration, sensitivity, attribution.

| module | what it holds |
|---|---|
| `finding`, `outcome` | a published finding as data, and what was printed; `findings/` holds one file for each |
| `outcome_statistics`, `slice_experiments` | the statistics that an outcome may name; experiments on slices |
| `roles` | which findings may check the model, and which it was built on or fitted to |
| `looks` | the log of looks at findings, and of what moved after them; data in `looks.toml` |
| `finding_variants` | findings with mechanisms switched off, or with other numbers |
| `evaluation`, `joint_studies`, `animal_reuse` | runs the studies of findings and judges every finding |
| `readings`, `estimation`, `statistic_forms` | from finished animals to numbers, to estimates with intervals |
| `verdict`, `verdict_counts` | from estimates to verdicts, to counts with intervals |
| `evidence_report`, `evidence_page`, `evidence_markdown`, `verdict_words` | judged findings in tables, pages, JSON |
| `sciunit_suite` | findings as SciUnit tests, for other models too (an extra) |
| `uncertain`, `parameters` | the numbers that may be moved; every number of the model |
| `parameter_points` | judges findings at points of parameter space, each once |
| `calibration`, `fit`, `residual`, `calibration_report` | fits uncertain numbers to findings; data in `calibrations/` |
| `sensitivity`, `factors` | which uncertain numbers move the findings |
| `question` | open questions with candidate answers as data; data in `hypotheses/` |
| `candidate_runs`, `candidate_ranking`, `hypothesis_report` | runs, counts and ranks the candidates; tables, figure |
| `attribution` | how much of a drug's effect goes through which mechanism |
"""
