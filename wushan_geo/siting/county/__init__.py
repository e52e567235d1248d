"""The county's own models: one in every township, levels with referral, services by site."""
