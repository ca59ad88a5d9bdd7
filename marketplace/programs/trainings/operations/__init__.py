"""Operations of trainings: courses, completions, claims of them, badges."""
