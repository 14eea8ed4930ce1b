using System.Collections.Concurrent;
using Earshot.Auditor;
using Earshot.Chaos.Core;
using Earshot.JetStream;

namespace Earshot.Chaos.JetStream;

/// <summary>Reads the stream over a connection of its own, records what it has read, and watches for a silence that no event reports.</summary>
internal sealed class Reader(string name, NatsConnection connection, INatsJSConsume<byte[]> consume, bool isOrdered)
{
    /// <summary>The interval of heartbeats that the reads ask for.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    /// <summary>The longest silence without an event that is allowed.</summary>
    public static readonly TimeSpan Bound = (Heartbeat * 2) + TimeSpan.FromSeconds(1);

    private static readonly TimeSpan s_look = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentDictionary<(int Publisher, long Number), byte> _read = new();
    private long _lastSign = TimeProvider.System.GetTimestamp();
    private ulong _lastSequence;

    public string Name => name;

    public JournalAudit Journal { get; } = new(connection);

    public int Count => _read.Count;

    /// <summary>Messages that came again; normal after an ack that was lost, never for an ordered read.</summary>
    public int Again { get; private set; }

    /// <summary>Sequences that an ordered read has left out, or that came in the wrong order.</summary>
    public int OutOfOrder { get; private set; }

    public int Broken { get; private set; }

    public TimeSpan LongestSilence { get; private set; }

    public string? Failure { get; private set; }

    public bool HasRead(int publisher, long number) => _read.ContainsKey((publisher, number));

    public async Task RunAsync()
    {
        try
        {
            await foreach (INatsJSMsg<byte[]> message in consume.Msgs)
            {
                Volatile.Write(ref _lastSign, TimeProvider.System.GetTimestamp());
                Record(message);
                if (!isOrdered)
                {
                    await message.AckAsync();
                }
            }
        }
        catch (Exception e) when (e is NatsException or OperationCanceledException)
        {
            Failure = e.Message;
        }
    }

    /// <summary>Looks ten times a second until the token is cancelled.</summary>
    /// <param name="acked">The number of messages known to be in the stream.</param>
    /// <param name="stop">Ends the watch.</param>
    public async Task WatchAsync(Func<long> acked, CancellationToken stop)
    {
        using var look = new PeriodicTimer(s_look, TimeProvider.System);
        long seen = 0;
        while (await look.WaitAsync(stop))
        {
            bool isReported = consume.State != NatsJSConsumeState.Flowing || connection.ConnectionState != NatsConnectionState.Open || connection.Events.LastSequence > seen;
            if (isReported || acked() <= _read.Count)
            {
                seen = connection.Events.LastSequence;
                Volatile.Write(ref _lastSign, TimeProvider.System.GetTimestamp());
                continue;
            }

            TimeSpan silence = TimeProvider.System.GetElapsedTime(Volatile.Read(ref _lastSign));
            LongestSilence = silence > LongestSilence ? silence : LongestSilence;
        }
    }

    /// <summary>Ends the read and then the connection.</summary>
    public async Task StopAsync(Task running)
    {
        await consume.StopAsync();
        await running;
        await connection.DisposeAsync();
    }

    private void Record(INatsJSMsg<byte[]> message)
    {
        if (!AuditedPayload.TryRead(message.Data, out int publisher, out long number))
        {
            Broken++;
            return;
        }

        Again += _read.TryAdd((publisher, number), 0) ? 0 : 1;
        if (isOrdered && message.Metadata is { } metadata)
        {
            OutOfOrder += metadata.Sequence.Stream == _lastSequence + 1 ? 0 : 1;
            _lastSequence = metadata.Sequence.Stream;
        }
    }
}
