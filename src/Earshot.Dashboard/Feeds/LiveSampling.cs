using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Feeds;

/// <summary>Counts the viewers, up to a limit, and reads the counters of all connections once a second while there is one. Thread-safe.</summary>
internal sealed class LiveSampling(ConnectionFeeds feeds, int maxViewers, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private bool _isRunning;
    private int _viewers;

    /// <summary>Adds a viewer; false when there are already as many as are allowed.</summary>
    internal bool TryEnter()
    {
        lock (_lock)
        {
            if (_viewers >= maxViewers)
            {
                return false;
            }

            _viewers++;
            if (!_isRunning)
            {
                _isRunning = true;
                _ = RunAsync();
            }

            return true;
        }
    }

    /// <summary>Removes a viewer.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _viewers--;
        }
    }

    private async Task RunAsync()
    {
        do
        {
            await Task.Delay(s_interval, time).ConfigureAwait(false);
            try
            {
                feeds.Sample();
            }
            catch (Exception e)
            {
                FeedLog.NotSampled(logger, e);
            }
        }
        while (Continues());
    }

    private bool Continues()
    {
        lock (_lock)
        {
            return _isRunning = _viewers > 0;
        }
    }
}
