using Earshot.Fleet.Shipping;

namespace Earshot.Fleet;

/// <summary>How journals are shipped to the stream of the fleet. Not thread-safe; a shipper copies it when it is created.</summary>
public sealed class NatsJournalShippingOptions
{
    /// <summary>The name of the service, a part of the subject: 1 to 64 letters, digits, <c>_</c> and <c>-</c>. Required.</summary>
    public string Service { get; set; } = "";

    /// <summary>The name of this process among those of the service, a part of the subject like <see cref="Service"/>. Default: the first 6 digits
    /// of the id of the first connection, which <see cref="NatsOpts.UniqueName"/> has in its names, too.</summary>
    public string? Instance { get; set; }

    /// <summary>What is kept of addresses. Credentials, texts, subjects and contents are never kept. Default: <see cref="FleetRedaction.Default"/>.</summary>
    public FleetRedaction Redaction { get; set; } = FleetRedaction.Default;

    /// <summary>
    /// Selects the connections that may carry the batches of all others; null: each may. The first of them that was added and is not closed is
    /// the carrier.
    /// </summary>
    public Func<INatsConnection, bool>? MayCarry { get; set; }

    /// <summary>
    /// The directory in which events are kept that are not acknowledged yet, so that a later process of the service can ship them after a crash; null, the
    /// default: they are kept in memory alone.
    /// </summary>
    public string? SpoolDirectory { get; set; }

    /// <summary>
    /// The maximum size of the file of this process in <see cref="SpoolDirectory"/>, and of those of earlier processes together, in bytes; at least 64 KiB, and with a directory
    /// at least twice <see cref="OutboxSize"/>. Default: 16 MiB.
    /// </summary>
    public long SpoolSize { get; set; } = 16 * 1024 * 1024;

    /// <summary>The maximum memory of the outbox of all connections in bytes, at least 64 KiB. Default: 512 KiB.</summary>
    public int OutboxSize { get; set; } = 512 * 1024;

    /// <summary>The maximum number of entries in a message. Default: 64.</summary>
    public int BatchEvents { get; set; } = 64;

    /// <summary>The maximum size of a message in bytes, at least 1 KiB, at most 1 MiB and half of <see cref="OutboxSize"/>; a lower limit of the server applies. Default: 32 KiB.</summary>
    public int BatchBytes { get; set; } = 32 * 1024;

    /// <summary>How long an event waits for others before its batch is sent, at most one day. Default: 500 ms.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// The longest delay after the start of a session before the first batch is sent; the delay is random, so that the clients of a restarted server do not
    /// send at the same time. An incident in which a process lost all its connections is complete only afterwards. At most one day. Default: 3 s; more for more than 10,000 processes.
    /// </summary>
    public TimeSpan MaxStartDelay { get; set; } = TimeSpan.FromSeconds(3);

    /// <summary>The maximum rate in bytes per second. Default: 64 KiB.</summary>
    public int BytesPerSecond { get; set; } = 64 * 1024;

    /// <summary>How long a batch waits for its ack, at most one day. Default: 5 s.</summary>
    public TimeSpan AckTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The delay after each of the first eight failures in a row; it doubles with each further one. At most one day. Default: 1 s.</summary>
    public TimeSpan MinBackOff { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest delay after failures, at most one day. Default: 5 min.</summary>
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>
    /// How long the end of the shipper waits for its last batches, and then at most as long again for the files in <see cref="SpoolDirectory"/>, where a disk may be slow. At
    /// most one day. Default: 1 s.
    /// </summary>
    public TimeSpan CloseTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Checks the options and returns a copy, which later changes do not affect.</summary>
    /// <exception cref="ArgumentException">An option is not allowed.</exception>
    internal NatsJournalShippingOptions Checked()
    {
        ShippingOptionChecks.Check(this);
        return (NatsJournalShippingOptions)MemberwiseClone();
    }
}
