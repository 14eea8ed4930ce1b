using Earshot.Fleet.Shipping;

namespace Earshot.Fleet;

/// <summary>
/// Ships the journals of the connections of a process to the stream of the fleet. It reads them like any other listener, keeps what is not acknowledged in an outbox of
/// limited memory, and publishes it through one of the connections, the carrier. It never waits for space of the application and never delays a connection. Thread-safe.
/// </summary>
/// <remarks>
/// The carrier is the first connection that has a session and may carry (<see cref="NatsJournalShippingOptions.MayCarry"/>); when it loses the session, another one that
/// has one continues. End the shipper before its connections: what happens afterwards is not shipped.
/// </remarks>
public sealed class NatsJournalShipper : IAsyncDisposable, IDisposable
{
    private const int InstanceDigits = 6;

    private readonly Lock _lock = new();
    private readonly NatsJournalShippingOptions _options;
    private ShippingRun? _run; // created with the first connection, which has the clock
    private Task? _end;

    /// <summary>Creates a shipper without connections.</summary>
    /// <param name="options">The options, which are copied; <see cref="NatsJournalShippingOptions.Service"/> is required.</param>
    /// <exception cref="ArgumentNullException"><paramref name="options"/> is null.</exception>
    /// <exception cref="ArgumentException">An option is not allowed; the message names it and what is.</exception>
    public NatsJournalShipper(NatsJournalShippingOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        _options = options.Checked();
    }

    /// <summary>What was shipped, folded, dropped and refused so far.</summary>
    public NatsJournalShippingCounts Counts => Volatile.Read(ref _run)?.Counts ?? default;

    /// <summary>Ships the journal of a connection from its first event on. Adding it again has no effect.</summary>
    /// <param name="connection">The connection, which stays that of the caller.</param>
    /// <exception cref="ArgumentNullException"><paramref name="connection"/> is null.</exception>
    /// <exception cref="ObjectDisposedException">The shipper was disposed.</exception>
    public void Add(INatsConnection connection)
    {
        ArgumentNullException.ThrowIfNull(connection);
        ObjectDisposedException.ThrowIf(!TryAdd(connection), this);
    }

    /// <summary>The same as <see cref="Add"/>; false: the shipper was disposed.</summary>
    internal bool TryAdd(INatsConnection connection)
    {
        ShippingRun run;
        lock (_lock)
        {
            if (_end is not null)
            {
                return false;
            }

            _options.Instance ??= connection.ConnectionId[..InstanceDigits];
            run = _run ??= new ShippingRun(_options, connection);
        }

        run.Add(connection);
        return true;
    }

    /// <summary>
    /// Sends what is left, at most for <see cref="NatsJournalShippingOptions.CloseTimeout"/>, and stops reading. With a <see cref="NatsJournalShippingOptions.SpoolDirectory"/>, its
    /// files may take at most as long again. The connections stay open. Later calls wait for the first one.
    /// </summary>
    public ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            return new ValueTask(_end ??= _run?.EndAsync() ?? Task.CompletedTask);
        }
    }

    /// <summary>The same as <see cref="DisposeAsync"/>, for containers that are disposed synchronously. Blocks for at most <see cref="NatsJournalShippingOptions.CloseTimeout"/>, twice that with a directory.</summary>
    public void Dispose() => DisposeAsync().AsTask().GetAwaiter().GetResult();
}
