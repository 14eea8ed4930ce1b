using System.Globalization;
using Earshot.Fleet;
using Microsoft.Extensions.Logging;

namespace Earshot.Dashboard.Fleets;

/// <summary>
/// Keeps the picture of the fleet up to date while a page shows it. It begins with the first request; all viewers get the same picture, and nothing is kept for one.
/// Thread-safe.
/// </summary>
internal sealed class FleetFeed(IServiceProvider services, NatsDashboardOptions options, TimeProvider time, ILogger logger, CancellationToken stopping)
{
    private static readonly TimeSpan s_least = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan s_tick = TimeSpan.FromSeconds(2);

    // As long after the last viewer has left or the last page was read.
    private static readonly TimeSpan s_demand = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly string _run = time.GetUtcNow().UtcTicks.ToString(CultureInfo.InvariantCulture);
    private FleetPicture _picture = new(Empty("The streams of the fleet are being read.", time.GetUtcNow()));
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _demand = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private DateTimeOffset _demanded;
    private bool _isRunning;
    private int _viewers;
    private long _version;
    private string? _lastFailure;

    /// <summary>Completes at the next change. Take it before <see cref="Current"/>.</summary>
    internal Task Changed
    {
        get
        {
            lock (_lock)
            {
                return _changed.Task;
            }
        }
    }

    /// <summary>The newest picture, and what names it.</summary>
    internal (FleetPicture Picture, string Position) Current
    {
        get
        {
            lock (_lock)
            {
                return (_picture, $"{_run}-{_version}");
            }
        }
    }

    /// <summary>Notes that the picture is shown, and begins to read the streams with the first time.</summary>
    internal void Demand()
    {
        bool begins;
        lock (_lock)
        {
            (begins, _isRunning, _demanded) = (!_isRunning, true, time.GetUtcNow());
            _demand.TrySetResult();
        }

        if (begins)
        {
            _ = RunAsync(stopping);
        }
    }

    /// <summary>Adds a viewer; false when there are already as many as are allowed.</summary>
    internal bool TryEnter()
    {
        lock (_lock)
        {
            if (_viewers >= options.MaxViewers)
            {
                return false;
            }

            _viewers++;
        }

        Demand();
        return true;
    }

    /// <summary>Removes a viewer.</summary>
    internal void Leave()
    {
        lock (_lock)
        {
            _viewers--;
        }
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (true)
            {
                try
                {
                    await FollowAsync(cancellationToken).ConfigureAwait(false);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    Log(e);
                    Show(new FleetPicture(Empty("The streams of the fleet cannot be read; the log of the application has the reason. It is tried again.", time.GetUtcNow())));
                    await Task.Delay(s_again, time, cancellationToken).ConfigureAwait(false);
                    await DemandedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await Task.Yield(); // a request does not wait for it
        INatsConnection connection = options.Fleet!(services);
        var streams = new FleetReaderOptions { Window = options.FleetWindow, Redaction = new FleetRedaction { Addresses = AddressesOf(options.Addresses) } };
        FleetStreamReader reader = await FleetStreamReader.StartAsync(connection, streams, cancellationToken).ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
        {
            while (true)
            {
                long start = time.GetTimestamp();
                Task changed = reader.Changed;
                Show(FleetPictureBuilder.Build(reader.Read(), options, time.GetUtcNow()));
                _lastFailure = null;

                // A large fleet takes a while to be explained; most of the time remains for the application.
                TimeSpan pause = time.GetElapsedTime(start) * 3;
                await Task.Delay(pause > s_least ? pause : s_least, time, cancellationToken).ConfigureAwait(false);
                await WaitAsync(changed, cancellationToken).ConfigureAwait(false);
                await DemandedAsync().WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    // Of equal failures, one after another, only the first is logged.
    private void Log(Exception exception)
    {
        string failure = $"{exception.GetType().FullName}: {exception.Message}";
        if (failure != _lastFailure)
        {
            _lastFailure = failure;
            FleetLog.NotRefreshed(logger, exception);
        }
    }

    private void Show(FleetPicture picture)
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            (_picture, changed) = (picture, _changed);
            _version++;
            _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }

        changed.SetResult();
    }

    private async Task WaitAsync(Task changed, CancellationToken cancellationToken)
    {
        try
        {
            await changed.WaitAsync(s_tick, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // The axis grows, and what happened may be over.
        }
    }

    private Task DemandedAsync()
    {
        lock (_lock)
        {
            if (_viewers > 0 || time.GetUtcNow() - _demanded < s_demand)
            {
                return Task.CompletedTask;
            }

            _demand = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _demand.Task;
        }
    }

    private static FleetAddressPolicy AddressesOf(NatsDashboardAddresses addresses) => addresses switch
    {
        NatsDashboardAddresses.Truncate => FleetAddressPolicy.Truncate,
        NatsDashboardAddresses.Drop => FleetAddressPolicy.Drop,
        _ => FleetAddressPolicy.Keep,
    };

    private static FleetContent Empty(string note, DateTimeOffset now) => new((now - DateTimeOffset.UnixEpoch).TotalMilliseconds, 0, [], []) { Incidents = [], Servers = [], Findings = [], Notes = [note] };
}
