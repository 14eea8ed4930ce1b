namespace Earshot.Cli.Demo;

/// <summary>The sections about JetStream, for clusters of real servers.</summary>
internal static class JetStreamScript
{
    internal static IReadOnlyList<DemoSection> Acts { get; } =
    [
        new("JetStream: the leader of a consumer is killed", "A stream with three replicas. The consumer gets no error: its heartbeats stop. It asks again and continues with the new leader.",
            new Step((stage, ct) => stage.Orders.StartAsync(ct)),
            new Step(
                (stage, ct) => stage.Orders.KillConsumerLeaderAsync(ct),
                Expectation.Of<NatsConsumerStalledEvent>("names the consumer", (e, _) => e.Consumer.Name == StreamTraffic.Consumer),
                Expectation.Of<NatsConsumerResumedEvent>("names the consumer", (e, _) => e.Consumer.Name == StreamTraffic.Consumer)),
            new Step((stage, ct) => stage.Orders.RestartKilledServerAsync(ct))),

        new("JetStream: publishes keep their outcomes", "The leader of the stream is killed while a publisher has messages in flight. Each message has an id, so it is sent again and stored once.",
            new Step((stage, ct) => stage.Orders.KillStreamLeaderAsync(ct)),
            new Step((stage, ct) => stage.Orders.FinishAsync(ct)),
            new Step((stage, ct) => stage.Orders.RestartKilledServerAsync(ct))),

        new("Key-value store: a watch lives through an outage", "A bucket with three replicas. The server of the watch is killed while another client writes. The watch continues with the next entry.",
            new Step((stage, ct) => stage.Settings.StartAsync(ct)),
            new Step(
                (stage, ct) => stage.KillServerOfWatchAsync(ct),
                Expectation.Of<NatsDisconnectedEvent>("unexpected", (e, _) => !e.Expected),
                Expectation.Of<NatsReconnectedEvent>("another server", (e, _) => !e.SameServer),
                Expectation.Of<NatsConsumerRecreatedEvent>("of the watch", (e, _) => e.Consumer.Kind == NatsJSConsumerKind.KVWatch)),
            new Step((stage, ct) => stage.Settings.FinishAsync(ct))),
    ];
}
