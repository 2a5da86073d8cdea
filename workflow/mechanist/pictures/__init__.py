"""Pictures of particles: rendering, detection, linking, and what particles do in a view with edges."""
