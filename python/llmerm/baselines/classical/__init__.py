"""Learners of scikit-learn, XGBoost and DEAP on rows as columns of numbers."""
