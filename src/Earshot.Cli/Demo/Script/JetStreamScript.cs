namespace Earshot.Cli.Demo;

/// <summary>The sections about JetStream and the key-value store.</summary>
internal static class JetStreamScript
{
    internal static IReadOnlyList<DemoSection> Acts { get; } =
    [
        new("JetStream: a consumer loses its leader", "The consumer gets no error. It asks again and continues with the new leader; with real servers, the old one is killed.",
            new Step((stage, ct) => stage.Orders.StartAsync(ct)),
            new Step(
                (stage, ct) => stage.Orders.LoseConsumerLeaderAsync(ct),
                Expectation.Of<NatsConsumerStalledEvent>("names the consumer", (e, _) => e.Consumer.Name == StreamTraffic.Consumer),
                Expectation.Of<NatsConsumerResumedEvent>("names the consumer", (e, _) => e.Consumer.Name == StreamTraffic.Consumer)),
            new Step((stage, ct) => stage.Orders.RestartKilledServerAsync(ct))),

        new("JetStream: publishes keep their outcomes", "The stream loses its leader while a publisher has messages in flight. Each message has an id, so it is sent again and stored once.",
            new Step((stage, ct) => stage.Orders.LoseStreamLeaderAsync(ct)),
            new Step((stage, ct) => stage.Orders.FinishAsync(ct)),
            new Step((stage, ct) => stage.Orders.RestartKilledServerAsync(ct))),

        new("Key-value store: a watch lives through an outage", "The server of the watch is killed while another client writes. The watch continues with the next entry.",
            new Step((stage, ct) => stage.Settings.StartAsync(ct)),
            new Step(
                (stage, ct) => stage.KillServerOfWatchAsync(ct),
                Expectation.Of<NatsDisconnectedEvent>("unexpected", (e, _) => !e.Expected),
                Expectation.Of<NatsReconnectedEvent>("another server", (e, _) => !e.SameServer),
                Expectation.Of<NatsConsumerRecreatedEvent>("of the watch", (e, _) => e.Consumer.Kind == NatsJSConsumerKind.KVWatch)),
            new Step((stage, ct) => stage.Settings.FinishAsync(ct))),
    ];
}
