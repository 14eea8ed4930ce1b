namespace Earshot.Simulation.Runs;

/// <summary>
/// Ends the process when a seed does not end: code that blocks its thread blocks the whole simulation. It has a thread of its own, because
/// the pool's only one is the one that may be blocked.
/// </summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(60);

    private readonly TextWriter _output;
    private readonly AutoResetEvent _progress = new(false);
    private ulong _seed;
    private volatile bool _isStopped;

    public Watchdog(TextWriter output)
    {
        _output = output;
        new Thread(Watch) { IsBackground = true }.Start();
    }

    public void Begin(ulong seed)
    {
        Volatile.Write(ref _seed, seed);
        _progress.Set();
    }

    public void Dispose()
    {
        _isStopped = true;
        _progress.Set();
    }

    private void Watch()
    {
        while (!_isStopped)
        {
            if (!_progress.WaitOne(s_limit))
            {
                _output.WriteLine($"seed {Volatile.Read(ref _seed)}: no end within {s_limit.TotalSeconds} s");
                _output.Flush();
                Environment.Exit(1);
            }
        }

        _progress.Dispose();
    }
}
