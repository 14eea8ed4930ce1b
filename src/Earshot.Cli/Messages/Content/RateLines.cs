using Earshot.Cli.Shell;

namespace Earshot.Cli.Messages;

/// <summary>
/// Shows a rate once a second: on a terminal as one line of bars that is written again and again, elsewhere as a line of text per second.
/// </summary>
internal sealed class RateLines : IAsyncDisposable
{
    private const int DefaultWidth = 80;

    private readonly ToolHost _host;
    private readonly RateGraph _graph = new();
    private readonly CancellationTokenSource _end = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _running;
    private long _count;

    internal RateLines(ToolHost host)
    {
        _host = host;
        _timer = new PeriodicTimer(TimeSpan.FromSeconds(1), host.Time);
        _running = RunAsync();
    }

    /// <summary>Counts one message. Thread-safe.</summary>
    internal void Count() => Interlocked.Increment(ref _count);

    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
        _timer.Dispose();
        _end.Dispose();
    }

    private async Task RunAsync()
    {
        long before = 0, since = _host.Time.GetTimestamp();
        try
        {
            while (await _timer.WaitForNextTickAsync(_end.Token).ConfigureAwait(false))
            {
                long now = _host.Time.GetTimestamp(), count = Interlocked.Read(ref _count);
                _graph.Add((count - before) / Math.Max(_host.Time.GetElapsedTime(since, now).TotalSeconds, 0.001));
                (before, since) = (count, now);
                await ShowAsync(count).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // The verb ends; a line of bars is left as it is.
            await (_host.IsOutRedirected || before == 0 ? Task.CompletedTask : _host.Out.WriteLineAsync()).ConfigureAwait(false);
        }
    }

    private async Task ShowAsync(long count)
    {
        if (_host.IsOutRedirected)
        {
            await _host.Out.WriteLineAsync(_graph.Line(0, count).TrimStart()).ConfigureAwait(false);
            return;
        }

        // The cursor waits at the beginning, where the next line of bars or of an event is written.
        int width = (_host.Width ?? DefaultWidth) - 1;
        string line = _graph.Line(width, count);
        await _host.Out.WriteAsync((line.Length > width ? line[..width] : line.PadRight(width)) + "\r").ConfigureAwait(false);
        await _host.Out.FlushAsync().ConfigureAwait(false);
    }
}
