using Earshot.Messages;
using Earshot.Outbound;
using Earshot.Protocol;
using Earshot.Serialization;
using Earshot.Subscriptions;
using Earshot.Timing;

namespace Earshot.Connections;

/// <summary>
/// The only entry point of a connection for extensions such as Earshot.JetStream: what they need of its parts, and nothing else. It has no
/// state of its own and can be made as often as wanted.
/// </summary>
[ForExtensions]
internal sealed class ConnectionPort(NatsConnection connection, ConnectionComposition parts)
{
    public INatsConnection Connection => connection;

    public NatsOpts Options => connection.Opts;

    public TimeProvider Time => connection.Opts.TimeProvider;

    /// <summary>The one queue of deadlines on this clock.</summary>
    public TimerQueue Timers => TimerQueue.For(Time);

    /// <summary>The source of random numbers of the connection, for every delay and every choice. Safe for use from any thread.</summary>
    public Random Random => parts.Loop.Random;

    /// <summary>The name that servers have for the connection: with <see cref="NatsOpts.UniqueName"/> another one than that of the options.</summary>
    public string? ClientName => parts.Loop.ClientName;

    /// <summary>The connection is closed or has given up. True before extensions are notified of it; false again when it connects again.</summary>
    public bool IsOver => parts.Status.State.IsOver;

    /// <summary>Longest inbound message the server accepts, headers included.</summary>
    public long MaxPayload => parts.Outbound.MaxPayload;

    /// <summary>A live session sends what is published.</summary>
    public bool HasSession => parts.Outbound.IsAttached;

    /// <summary>The number of the live session; 0: there is none.</summary>
    public int SessionId => parts.Status.Session?.Id ?? 0;

    /// <summary>New requests wait: the session is being left for another one.</summary>
    public bool IsHoldingRequests => parts.Availability.IsHoldingRequests;

    /// <summary>Round trip of the last keep-alive ping of the live session; null: none yet.</summary>
    public TimeSpan? RoundTrip => parts.Status.Session?.LastRoundTrip;

    /// <summary>When the credentials of the live session expire; null: never, or no session.</summary>
    public DateTimeOffset? CredentialsExpireAt => parts.Status.Session?.JwtExpiresAt.Value;

    /// <summary>Drains all subscriptions and the reads of extensions, and leaves the connection open. Never throws.</summary>
    public Task<NatsDrainCompletedEvent> DrainSubscriptionsAsync(TimeSpan timeout, CancellationToken cancellationToken) =>
        SubscriptionsDrain.RunAsync(parts, OptionTimes.Of(timeout), cancellationToken);

    /// <summary>Appends an event to the journal of the connection. Any thread; not under the outbound gate.</summary>
    public void Append(NatsConnectionEvent e) => parts.Journal.Append(e);

    /// <summary>Whether a coalescable event of this kind is worth making.</summary>
    public bool Wants(NatsEventKind kind) => parts.Journal.Wants(kind);

    /// <summary>Gives the target its sid and subscribes now or with the next session. False: the connection is closed.</summary>
    public bool TryAdd(InboundTarget target) => parts.Table.TryAdd(target);

    /// <summary>
    /// Sends UNSUB for the target, which still accepts messages in flight until <see cref="Remove(InboundTarget, NatsSubEndReason)"/>. The
    /// target must report before this call that it is not wanted, so that no replay subscribes it again.
    /// </summary>
    public void Unsubscribe(InboundTarget target) => parts.Table.Unsubscribe(target);

    /// <summary>Unsubscribes the target.</summary>
    public void Remove(InboundTarget target, NatsSubEndReason reason) => parts.Table.Remove(target, reason);

    /// <summary>Appends a message to the outbound buffer, or returns why it was not.</summary>
    /// <param name="message">Subjects and headers must be valid: they are not checked.</param>
    /// <param name="needsSession">It must not wait in the buffer for the next session.</param>
    /// <param name="number">Counts the publishes; compare it with <see cref="ISessionExtension.SessionLost"/>.</param>
    /// <exception cref="NatsPayloadTooLargeException">The server takes no message of this size.</exception>
    public AppendResult TryPublish(in OutgoingMessage message, bool needsSession, out long number) =>
        parts.Outbound.TryPublish(message, needsSession, inline: false, out number);

    /// <summary>
    /// Waits in order of arrival until the caller may append (<see cref="OutgoingMessage.IsGranted"/>) or the wait ends otherwise;
    /// <see cref="AppendResult.MustWait"/> if the timeout elapsed first. Call <see cref="EndTurn"/> afterwards.
    /// </summary>
    public Task<AppendResult> WaitForTurnAsync(int size, TimeSpan timeout, CancellationToken cancellationToken) =>
        new SpaceWaiter(parts.Outbound, size).WaitAsync(timeout, cancellationToken);

    /// <summary>The turn of a caller is over, whether it has appended or not: those behind it are served.</summary>
    public void EndTurn() => parts.Outbound.EndTurn();

    /// <summary>Checks subject and headers of a publish as for any publish of the application.</summary>
    /// <exception cref="ArgumentException">The subject is not allowed.</exception>
    /// <exception cref="InvalidOperationException">There are headers, and the connection was made without.</exception>
    public void Check(string subject, NatsHeaders? headers) =>
        new PublishRules(Options.Headers, Options.MaxControlLine).Check<byte[]>(subject, null, headers, null, null);

    /// <summary>Publishes bytes as any publish of the application: waits for room as the options say.</summary>
    public ValueTask PublishAsync(in PublishCall call, ReadOnlyMemory<byte> payload) => parts.Publisher.PublishAsync(call, payload);

    /// <summary>Completes when a session is there; fails when the connection has given up.</summary>
    public Task NextSession() => parts.Availability.NextSession();

    /// <summary>Waits for a time; fails with <see cref="Closed"/> as soon as the connection ends, or if it is over already.</summary>
    public async Task DelayAsync(TimeSpan delay, CancellationToken cancellationToken)
    {
        Task over = parts.Loop.Waiters.Over;
        using (var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken))
        {
            await Task.WhenAny(Task.Delay(delay, Time, either.Token), over).ConfigureAwait(false);
            await either.CancelAsync().ConfigureAwait(false); // no timer is left behind
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (over.IsCompleted)
        {
            throw Closed(NatsOutcome.NotSent);
        }
    }

    /// <summary>Connects if the connection was never connected.</summary>
    public ValueTask EnsureConnectedAsync(CancellationToken cancellationToken) => parts.Availability.EnsureConnectedAsync(cancellationToken);

    /// <summary>The exception of a connection that is closed.</summary>
    public Exception Closed(NatsOutcome outcome) => parts.Availability.Closed(outcome);

    /// <summary>Makes the message of what a target has taken, on the reader's time. Takes over the received array; nothing is thrown.</summary>
    public NatsMsg<T> Decode<T>(in InboundMessage received, INatsDeserialize<T> deserializer) =>
        MessageDecoder<T>.From(received, new MessageSource(connection, parts.Journal), deserializer);

    /// <summary>Whether the array of a payload of this type goes to the reader as it is.</summary>
    public static bool IsExact<T>(INatsDeserialize<T> deserializer) => PayloadForm.For<T>(deserializer) == PayloadFormKind.ByteArray;

    public INatsSerialize<T> Serializer<T>() => Options.SerializerRegistry.GetSerializer<T>();

    public INatsDeserialize<T> Deserializer<T>() => Options.SerializerRegistry.GetDeserializer<T>();

    /// <summary>Adds a session extension, which is called at each start and end of a session from now on.</summary>
    public void Add(ISessionExtension extension) => parts.Extensions.Add(extension);

    public void Remove(ISessionExtension extension) => parts.Extensions.Remove(extension);
}
