using System.Diagnostics;

namespace Earshot.Fuzzing.Engine;

/// <summary>Runs a target on changed inputs for a time, and keeps those that take new edges. Ends at the first input that fails.</summary>
internal sealed class FuzzLoop(IFuzzTarget target, IReadOnlyList<byte[]> corpus, int seed, RunningInput? running = null)
{
    private static readonly TimeSpan s_hang = TimeSpan.FromSeconds(10);

    private readonly List<byte[]> _inputs = [.. corpus, .. target.Seeds];
    private readonly Random _random = new(seed);
    private byte[] _running = [];
    private long _startedAt;

    /// <summary>The inputs that took new edges, those of the corpus first.</summary>
    public IReadOnlyList<byte[]> Inputs => _inputs;

    public FuzzReport Run(TimeSpan duration)
    {
        var map = new EdgeMap();
        using var watchdog = new Timer(_ => EndIfHanging(), null, s_hang, s_hang);
        var mutator = new Mutator(_random, target.Words);
        int known = _inputs.Count;
        long executions = 0, begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < known; i++)
        {
            if (!TryRun(map, _inputs[i], out Exception? failure))
            {
                return Report(map, executions, begin, known) with { Failing = _inputs[i], Failure = failure };
            }

            executions++;
            map.HasNews();
        }

        while (Stopwatch.GetElapsedTime(begin) < duration)
        {
            byte[] input = mutator.Mutate(Any(), Any());
            executions++;
            if (!TryRun(map, input, out Exception? failure))
            {
                return Report(map, executions, begin, known) with { Failing = Shortened(map, input), Failure = failure };
            }

            if (map.HasNews())
            {
                _inputs.Add(input);
            }
        }

        return Report(map, executions, begin, known);
    }

    // Newer inputs are deeper, so half of the choices are among the last ones.
    private byte[] Any() => _random.Next(2) == 0 ? _inputs[_random.Next(_inputs.Count)] : _inputs[Math.Max(0, _inputs.Count - 1 - _random.Next(16))];

    private bool TryRun(EdgeMap map, byte[] input, out Exception? failure)
    {
        EdgeMap.Clear();
        _running = input;
        running?.Set(input);
        Volatile.Write(ref _startedAt, Stopwatch.GetTimestamp());
        try
        {
            target.Run(input);
            failure = null;
            return true;
        }
        catch (Exception e)
        {
            failure = e;
            return false;
        }
        finally
        {
            Volatile.Write(ref _startedAt, 0);
        }
    }

    private byte[] Shortened(EdgeMap map, byte[] input)
    {
        for (int length = input.Length / 2; length > 0; length /= 2)
        {
            for (int at = 0; at + length <= input.Length;)
            {
                byte[] shorter = [.. input.AsSpan(0, at), .. input.AsSpan(at + length)];
                if (TryRun(map, shorter, out _))
                {
                    at += length;
                }
                else
                {
                    input = shorter;
                }
            }
        }

        return input;
    }

    private void EndIfHanging()
    {
        long startedAt = Volatile.Read(ref _startedAt);
        if (startedAt != 0 && Stopwatch.GetElapsedTime(startedAt) > s_hang)
        {
            Console.WriteLine($"{target.Name} hangs on: {CorpusFile.Encode(_running)}");
            Environment.Exit(1);
        }
    }

    private FuzzReport Report(EdgeMap map, long executions, long begin, int known) =>
        new(target.Name, executions, Stopwatch.GetElapsedTime(begin), known, _inputs.Count - known, map.Edges);
}
