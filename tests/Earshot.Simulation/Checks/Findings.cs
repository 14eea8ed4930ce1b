using Earshot.Simulation.Scheduling;

namespace Earshot.Simulation.Checks;

/// <summary>The violations of one run, in the order in which they were found.</summary>
internal sealed class Findings(Scheduler scheduler)
{
    private const int Most = 20; // the first ones explain the others

    private readonly List<Violation> _found = [];

    public IReadOnlyList<Violation> Found => _found;

    public void Report(string rule, string text)
    {
        if (_found.Count < Most)
        {
            _found.Add(new Violation(scheduler.Now, rule, text));
        }
    }
}
