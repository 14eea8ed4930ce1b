using Earshot.Simulation.Runs;

// The pool has one thread (see the project file), and everything of a run happens on it.
return await Task.Run(() => Commands.RunAsync(args));
