namespace Earshot.Cli.Demo;

/// <summary>The story as data: what is done to the connection, and which events must follow. It does not print or wait.</summary>
internal static class DemoScript
{
    internal static IReadOnlyList<DemoSection> Acts { get; } =
    [
        new("Connect", "The client is given one address of three; the server tells it the other two.",
            new Step(
                (stage, ct) => stage.Client.ConnectAsync(ct).AsTask(),
                Expectation.Of<NatsConnectingEvent>(),
                Expectation.Of<NatsConnectedEvent>("the first node", (e, stage) => e.Server.Url.Port == stage.Cluster.Nodes[0].Port),
                Expectation.Of<NatsDiscoveredServersEvent>("the other two", (e, stage) => stage.Cluster.Nodes.Skip(1).All(node => e.All.Any(url => url.Port == node.Port))))),

        new("Go to work", $"{Traffic.PublishesPerSecond} numbered messages and {Traffic.RequestsPerSecond} requests per second from now on; the responder sits behind another server.",
            new Step(
                (stage, ct) => stage.Traffic.StartAsync(ct),
                Expectation.Of<NatsSubscriptionCreatedEvent>(Traffic.Ticks, (e, _) => e.Subject == Traffic.Ticks))),

        new("A fourth server joins, and leaves", "The client's list of servers follows the cluster.",
            new Step(
                (stage, ct) => stage.AddServerAsync(ct),
                Expectation.Of<NatsDiscoveredServersEvent>("the fourth server", (e, stage) => e.Added.Any(stage.IsAddedServer)),
                Expectation.Of<NatsServerPoolChangedEvent>("it came", (e, stage) => e.Added.Any(stage.IsAddedServer))),
            new Step(
                (stage, ct) => stage.RemoveServerAsync(ct),
                Expectation.Of<NatsServerPoolChangedEvent>("it left", (e, stage) => e.Removed.Any(stage.IsAddedServer)))),

        new("A reader falls behind", $"A second subscription may hold {SlowReader.Limit} messages and stops reading; then it reads again.",
            new Step(
                (stage, ct) => stage.SlowReader.PauseReadingAsync(ct),
                Expectation.Of<NatsSlowConsumerEvent>("names the subscription", (e, stage) => stage.SlowReader.Is(e.Subscription)),
                Expectation.Of<NatsMessageDroppedEvent>("names the subscription", (e, stage) => stage.SlowReader.Is(e.Subscription)),
                Expectation.Of<NatsMessageDroppedEvent>("more of them", (e, stage) => stage.SlowReader.Is(e.Subscription) && e.DroppedTotal > SlowReader.Limit)),
            new Step(
                (stage, ct) => stage.SlowReader.ResumeReadingAsync(ct),
                Expectation.Of<NatsSlowConsumerRecoveredEvent>("names the subscription", (e, stage) => stage.SlowReader.Is(e.Subscription)))),

        new("A subject this user must not hear", "The server refuses one subscription; the event says which one.",
            new Step(
                (stage, ct) => stage.SubscribeDeniedAsync(ct),
                Expectation.Of<NatsPermissionViolationEvent>(
                    "names the subscription", (e, _) => e.Operation == NatsPermissionOperation.Subscribe && e.Subscriptions.Any(sub => sub.Subject == DemoContext.Secret)))),

        new("A request that nobody answers", "No event, for the connection is fine: the caller is told at once, without waiting for a timeout.",
            new Step((stage, ct) => stage.RequestWithoutRespondersAsync(ct))),

        new("Its server goes lame duck", "The client moves to another server before the old one throws it out; nothing is delivered twice.",
            new Step(
                (stage, ct) => stage.EnterLameDuckModeAsync(ct),
                Expectation.Of<NatsLameDuckModeEvent>(),
                Expectation.Of<NatsDisconnectedEvent>("left in order", (e, _) => e is { Reason: NatsDisconnectReason.LameDuck, Expected: true }),
                Expectation.Of<NatsReconnectedEvent>("another server", (e, _) => !e.SameServer),
                Expectation.Of<NatsResubscribedEvent>("confirmed", (e, _) => e.ServerConfirmed)),
            new Step((stage, ct) => stage.RestartServersAsync(ct))),

        new("Its server dies", "No word of warning this time, as after kill -9.",
            new Step(
                (stage, ct) => stage.KillCurrentServerAsync(ct),
                Expectation.Of<NatsDisconnectedEvent>("unexpected", (e, _) => !e.Expected),
                Expectation.Of<NatsReconnectingEvent>(),
                Expectation.Of<NatsReconnectedEvent>("another server", (e, _) => !e.SameServer),
                Expectation.Of<NatsResubscribedEvent>("confirmed", (e, _) => e.ServerConfirmed))),

        new("All servers go down", "Every attempt says in which phase it failed; publishes are kept in the meantime.",
            new Step(
                (stage, ct) => stage.Cluster.StopAllAsync(ct),
                Expectation.Of<NatsDisconnectedEvent>("unexpected", (e, _) => !e.Expected),
                Expectation.Of<NatsReconnectingEvent>(),
                Expectation.Of<NatsConnectAttemptFailedEvent>("in phase Tcp", (e, _) => e.Phase == NatsConnectPhase.Tcp),
                Expectation.Of<NatsReconnectDelayEvent>(),
                Expectation.Of<NatsConnectAttemptFailedEvent>("in the third round", (e, _) => e.Round >= 3))),

        new("They return", "Subscriptions first, confirmed by the server, and the publishes that were kept.",
            new Step(
                (stage, ct) => stage.Cluster.StartAllAsync(ct),
                Expectation.Of<NatsReconnectedEvent>(),
                Expectation.Of<NatsResubscribedEvent>("confirmed", (e, _) => e.ServerConfirmed),
                Expectation.Of<NatsPendingReplayedEvent>()),
            new Step((stage, ct) => stage.Traffic.WaitForReplyAsync(ct))),

        new("Drain and close", "Everything that is on its way is still read and written, then the connection closes.",
            new Step(
                (stage, ct) => stage.DrainAsync(ct),
                Expectation.Of<NatsDrainStartedEvent>("the connection", (e, _) => e.Scope == NatsDrainScope.Connection),
                Expectation.Of<NatsDrainCompletedEvent>("in order", (e, _) => e is { Scope: NatsDrainScope.Connection, Outcome: NatsDrainOutcome.Clean }),
                Expectation.Of<NatsClosedEvent>("without an error", (e, _) => e.Exception is null))),
    ];
}
