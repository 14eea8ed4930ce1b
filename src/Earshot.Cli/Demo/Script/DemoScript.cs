namespace Earshot.Cli.Demo;

/// <summary>The story as data: what is done to the connection, and which events must follow. It does not print or wait.</summary>
internal static class DemoScript
{
    /// <summary>All sections, the same with each kind of server.</summary>
    internal static IReadOnlyList<DemoSection> Acts => [.. Healthy, .. JetStreamScript.Acts, .. Outages];

    private static IReadOnlyList<DemoSection> Healthy { get; } =
    [
        new("Connect", "The client is configured with one of three addresses and discovers the other two from the server.",
            new Step(
                (stage, ct) => stage.Client.ConnectAsync(ct).AsTask(),
                Expectation.Of<NatsConnectingEvent>(),
                Expectation.Of<NatsConnectedEvent>("the first node", (e, stage) => e.Server.Url.Port == stage.Cluster.Nodes[0].Port),
                Expectation.Of<NatsDiscoveredServersEvent>("the other two", (e, stage) => stage.Cluster.Nodes.Skip(1).All(node => e.All.Any(url => url.Port == node.Port))))),

        new("Publish and request", $"{Traffic.PublishesPerSecond} numbered messages and {Traffic.RequestsPerSecond} requests per second; the responder is connected to another server.",
            new Step(
                (stage, ct) => stage.Traffic.StartAsync(ct),
                Expectation.Of<NatsSubscriptionCreatedEvent>(Traffic.Ticks, (e, _) => e.Subject == Traffic.Ticks))),

        new("A fourth server joins and leaves", "The client's server pool follows the cluster topology.",
            new Step(
                (stage, ct) => stage.AddServerAsync(ct),
                Expectation.Of<NatsDiscoveredServersEvent>("the fourth server", (e, stage) => e.Added.Any(stage.IsAddedServer)),
                Expectation.Of<NatsServerPoolChangedEvent>("added", (e, stage) => e.Added.Any(stage.IsAddedServer))),
            new Step(
                (stage, ct) => stage.RemoveServerAsync(ct),
                Expectation.Of<NatsServerPoolChangedEvent>("removed", (e, stage) => e.Removed.Any(stage.IsAddedServer)))),

        new("Slow consumer", $"A second subscription with a limit of {SlowReader.Limit} messages stops reading and then resumes.",
            new Step(
                (stage, ct) => stage.SlowReader.PauseReadingAsync(ct),
                Expectation.Of<NatsSlowConsumerEvent>("names the subscription", (e, stage) => stage.SlowReader.Is(e.Subscription)),
                Expectation.Of<NatsMessageDroppedEvent>("names the subscription", (e, stage) => stage.SlowReader.Is(e.Subscription)),
                Expectation.Of<NatsMessageDroppedEvent>("more messages dropped", (e, stage) => stage.SlowReader.Is(e.Subscription) && e.DroppedTotal > SlowReader.Limit)),
            new Step(
                (stage, ct) => stage.SlowReader.ResumeReadingAsync(ct),
                Expectation.Of<NatsSlowConsumerRecoveredEvent>("names the subscription", (e, stage) => stage.SlowReader.Is(e.Subscription)))),

        new("Permission violation", "The server rejects a subscription; the event identifies it.",
            new Step(
                (stage, ct) => stage.SubscribeDeniedAsync(ct),
                Expectation.Of<NatsPermissionViolationEvent>(
                    "names the subscription", (e, _) => e.Operation == NatsPermissionOperation.Subscribe && e.Subscriptions.Any(sub => sub.Subject == DemoContext.Secret)))),

        new("Request without responders", "No event: the connection is healthy. The caller gets NatsNoRespondersException immediately instead of a timeout.",
            new Step((stage, ct) => stage.RequestWithoutRespondersAsync(ct))),
    ];

    private static IReadOnlyList<DemoSection> Outages { get; } =
    [
        new("Lame duck mode", "The client reconnects to another server before the lame duck server closes the connection; no message is delivered twice.",
            new Step(
                (stage, ct) => stage.EnterLameDuckModeAsync(ct),
                Expectation.Of<NatsLameDuckModeEvent>(),
                Expectation.Of<NatsDisconnectedEvent>("expected", (e, _) => e is { Reason: NatsDisconnectReason.LameDuck, Expected: true }),
                Expectation.Of<NatsReconnectedEvent>("another server", (e, _) => !e.SameServer),
                Expectation.Of<NatsResubscribedEvent>("confirmed", (e, _) => e.ServerConfirmed)),
            new Step((stage, ct) => stage.RestartServersAsync(ct))),

        new("Server killed", "The server is killed without notice (kill -9).",
            new Step(
                (stage, ct) => stage.KillCurrentServerAsync(ct),
                Expectation.Of<NatsDisconnectedEvent>("unexpected", (e, _) => !e.Expected),
                Expectation.Of<NatsReconnectingEvent>(),
                Expectation.Of<NatsReconnectedEvent>("another server", (e, _) => !e.SameServer),
                Expectation.Of<NatsResubscribedEvent>("confirmed", (e, _) => e.ServerConfirmed))),

        new("All servers stopped", "Each failed attempt reports its phase; publishes are buffered meanwhile.",
            new Step(
                (stage, ct) => stage.Cluster.StopAllAsync(ct),
                Expectation.Of<NatsDisconnectedEvent>("unexpected", (e, _) => !e.Expected),
                Expectation.Of<NatsReconnectingEvent>(),
                Expectation.Of<NatsConnectAttemptFailedEvent>("in phase Tcp", (e, _) => e.Phase == NatsConnectPhase.Tcp),
                Expectation.Of<NatsReconnectDelayEvent>(),
                Expectation.Of<NatsConnectAttemptFailedEvent>("in the third round", (e, _) => e.Round >= 3))),

        new("Servers restarted", "Subscriptions are restored and confirmed by the server, then the buffered publishes are sent.",
            new Step(
                (stage, ct) => stage.Cluster.StartAllAsync(ct),
                Expectation.Of<NatsReconnectedEvent>(),
                Expectation.Of<NatsResubscribedEvent>("confirmed", (e, _) => e.ServerConfirmed),
                Expectation.Of<NatsPendingReplayedEvent>()),
            new Step((stage, ct) => stage.Traffic.WaitForReplyAsync(ct))),

        new("Drain and close", "Received messages are processed and pending publishes are flushed before the connection closes.",
            new Step(
                (stage, ct) => stage.DrainAsync(ct),
                Expectation.Of<NatsDrainStartedEvent>("the connection", (e, _) => e.Scope == NatsDrainScope.Connection),
                Expectation.Of<NatsDrainCompletedEvent>("in order", (e, _) => e is { Scope: NatsDrainScope.Connection, Outcome: NatsDrainOutcome.Clean }),
                Expectation.Of<NatsClosedEvent>("without an error", (e, _) => e.Exception is null))),
    ];
}
