using System.Globalization;

namespace Earshot.Simulation.Scheduling;

/// <summary>
/// Everything that happens in a run, in order. Two runs of one seed have the same digest; the lines are kept only where they are to be
/// printed or compared.
/// </summary>
internal sealed class RunLog(Scheduler scheduler, bool keepsLines)
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    private readonly List<string> _lines = [];

    public ulong Digest { get; private set; } = Basis;

    public int Count { get; private set; }

    public IReadOnlyList<string> Lines => _lines;

    public void Add(string who, string what)
    {
        Count++;
        Mix(scheduler.Now.Ticks);
        Mix(who);
        Mix(what);
        if (keepsLines)
        {
            _lines.Add(string.Create(CultureInfo.InvariantCulture, $"{scheduler.Now.TotalSeconds,11:F6} {who,-12} {what}"));
        }
    }

    private void Mix(string text)
    {
        foreach (char letter in text)
        {
            Digest = (Digest ^ letter) * Prime;
        }
    }

    private void Mix(long number) => Digest = (Digest ^ (ulong)number) * Prime;
}
