namespace Earshot.Server.Clients;

/// <summary>
/// The one timer of a client: first the deadline for authentication, then the PINGs. Sends no PING while the client sends.
/// </summary>
internal sealed class ClientKeepAlive : IDisposable
{
    private static readonly TimeSpan s_longestFirst = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_longestTimer = TimeSpan.FromMilliseconds(uint.MaxValue - 2d);
    private static readonly TimeSpan s_early = TimeSpan.FromMilliseconds(20); // a timer may be that early

    private readonly ServerState _server;
    private readonly ClientConnection _client;
    private readonly ITimer _timer;
    private long _lastActivity;
    private long _pingSent;
    private int _pingsOut;
    private int _measured;
    private long _due; // 0: nothing has been armed yet
    private volatile bool _isPaused;

    public ClientKeepAlive(ServerState server, ClientConnection client)
    {
        _server = server;
        _client = client;
        _timer = server.Clock.CreateTimer(static keepAlive => ((ClientKeepAlive)keepAlive!).Fire(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The last measured round trip; <see langword="null"/> before the first.</summary>
    public TimeSpan? RoundTrip { get; private set; }

    /// <summary>Of the last PING, PUB, SUB or UNSUB; a PONG does not count.</summary>
    public long LastActivity => Volatile.Read(ref _lastActivity);

    public void Start()
    {
        NoteActivity();
        Arm(_client.NeedsAuthentication ? _server.Options.AuthorizationTimeout : _server.Options.PingInterval);
    }

    /// <summary>After CONNECT: the first PING comes soon and always, since it measures the round trip.</summary>
    public void NoteConnected()
    {
        TimeSpan first = _server.Options.PingInterval < s_longestFirst ? _server.Options.PingInterval : s_longestFirst;
        Arm(first * (1 + (_server.NextDouble() * 0.2)));
    }

    public void NoteActivity() => Volatile.Write(ref _lastActivity, _server.Clock.GetTimestamp());

    public void NotePong()
    {
        Interlocked.Exchange(ref _pingsOut, 0);
        RoundTrip = _server.Clock.GetElapsedTime(Volatile.Read(ref _pingSent));
        Volatile.Write(ref _measured, 1);
    }

    public void Dispose() => _timer.Dispose();

    /// <summary>Nothing falls due until <see cref="Resume"/>.</summary>
    public void Pause()
    {
        _isPaused = true;
        _timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>What fell due meanwhile happens now. PONGs that could not come are not missed.</summary>
    public void Resume()
    {
        if (_isPaused)
        {
            Interlocked.Exchange(ref _pingsOut, 0);
            _isPaused = false;
            ArmForDue();
        }
    }

    private void Arm(TimeSpan due)
    {
        Volatile.Write(ref _due, _server.Clock.GetTimestamp() + (long)(due.TotalSeconds * _server.Clock.TimestampFrequency));
        if (!_isPaused)
        {
            ArmForDue();
        }
    }

    private void ArmForDue()
    {
        if (Volatile.Read(ref _due) is > 0 and var due)
        {
            TimeSpan left = Left(due);
            _timer.Change(left > s_longestTimer ? s_longestTimer : left > TimeSpan.Zero ? left : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private TimeSpan Left(long due) => _server.Clock.GetElapsedTime(_server.Clock.GetTimestamp(), due);

    private void Fire()
    {
        if (_client.IsClosed || _isPaused)
        {
            return;
        }

        if (Left(Volatile.Read(ref _due)) > s_early)
        {
            ArmForDue(); // it is further away than a timer can be set for
            return;
        }

        if (_client.NeedsAuthentication)
        {
            _client.Close(ClosedReason.AuthenticationTimeout, ErrorTexts.AuthenticationTimeout);
            return;
        }

        TimeSpan interval = _server.Options.PingInterval;
        if (Volatile.Read(ref _measured) == 0 || _server.Clock.GetElapsedTime(LastActivity) >= interval)
        {
            if (Interlocked.Increment(ref _pingsOut) > _server.Options.MaxPingsOut && _server.Options.MaxPingsOut > 0)
            {
                _client.Close(ClosedReason.StaleConnection, ErrorTexts.StaleConnection);
                return;
            }

            Volatile.Write(ref _pingSent, _server.Clock.GetTimestamp());
            _client.Send("PING\r\n"u8);
        }

        Arm(interval);
    }
}
