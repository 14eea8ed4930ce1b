namespace Earshot.LoadTest.Sizes;

/// <summary>
/// One event of an open connection without listeners, with a log whose filter excludes it, with one handler and with many. The processor
/// time of a single event with a reader is mostly that of the pool, whose threads look for work before they sleep; of many in a row it is not.
/// </summary>
internal static class EventScenario
{
    // Fewer than the journal keeps of this category (128), so that a slow reader misses none.
    private const int PerRow = 100;

    private static readonly (string Name, int Handlers, bool HasLog)[] s_audiences =
    [
        ("no listener", 0, false),
        ("a log with the default filter", 0, true),
        ("one handler", 1, false),
        ("100 handlers", 100, false),
    ];

    public static async IAsyncEnumerable<Figure> RunAsync(string natsServer)
    {
        foreach ((string paced, EventMeter meter) in ((string, EventMeter)[])[("one each ms", new EventMeter(1, 300)), ("100 in a row", new EventMeter(PerRow, 30))])
        {
            foreach ((string name, int handlers, bool hasLog) in s_audiences)
            {
                EventCost cost = await meter.MeasureAsync(handlers, hasLog);
                bool hasGoal = handlers <= 1 && meter.PerTick == PerRow;
                yield return new Figure($"{name}, {paced}: processor time", "us", cost.CpuMicroseconds, hasGoal ? 1 : null);
                yield return new Figure($"{name}, {paced}: time where it happens", "us", cost.AppendMicroseconds);
                yield return new Figure($"{name}, {paced}: allocated", "B", cost.Bytes, hasGoal ? 400 : null);
            }
        }
    }
}
