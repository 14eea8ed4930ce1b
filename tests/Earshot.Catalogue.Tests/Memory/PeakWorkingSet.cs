namespace Earshot.Catalogue.Tests.Memory;

/// <summary>Samples the resident set of this process without pause; its highest value is the result.</summary>
internal sealed class PeakWorkingSet : IDisposable
{
    private readonly Thread _thread;
    private long _peak;
    private bool _isStopped;

    public PeakWorkingSet()
    {
        _thread = new Thread(Sample) { IsBackground = true };
        _thread.Start();
    }

    public long Stop()
    {
        Dispose();
        return Volatile.Read(ref _peak);
    }

    public void Dispose()
    {
        Volatile.Write(ref _isStopped, true);
        if (_thread.IsAlive)
        {
            _thread.Join();
        }
    }

    private void Sample()
    {
        while (!Volatile.Read(ref _isStopped))
        {
            Volatile.Write(ref _peak, Math.Max(_peak, Environment.WorkingSet));
            Thread.Yield();
        }
    }
}
