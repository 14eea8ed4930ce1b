namespace Earshot.LoadTest.Sizes;

/// <summary>The scenarios by name.</summary>
internal static class Scenarios
{
    private static readonly Dictionary<string, Func<string, IAsyncEnumerable<Figure>>> s_scenarios = new()
    {
        ["idle"] = IdleScenario.RunAsync,
        ["idle-options"] = IdleOptionsScenario.RunAsync,
        ["idle-pings"] = IdlePingsScenario.RunAsync,
        ["connects"] = ConnectScenario.RunAsync,
        ["subscriptions"] = SubscriptionScenario.RunAsync,
        ["replay"] = ReplayScenario.RunAsync,
        ["readers"] = ReadersScenario.RunAsync,
        ["headers"] = HeaderLookupScenario.RunAsync,
        ["events"] = EventScenario.RunAsync,
        ["failover"] = FailoverScenario.RunAsync,
        ["start"] = StartScenario.RunAsync,
        ["slow-consumer"] = SlowConsumerScenario.RunAsync,
        ["large-publish"] = LargePublishScenario.RunAsync,
        ["js-idle"] = ConsumeIdleScenario.RunAsync,
        ["js-reconnect"] = ConsumeReconnectScenario.RunAsync,
        ["js-leader"] = LeaderChangeScenario.RunAsync,
        ["kv-idle"] = WatchIdleScenario.RunAsync,
    };

    public static IReadOnlyCollection<string> Names => s_scenarios.Keys;

    public static bool Has(string name) => s_scenarios.ContainsKey(name);

    /// <summary>Runs a scenario, or one curve of <c>--only growth</c>, in this process.</summary>
    public static IAsyncEnumerable<Figure> Run(string name, string natsServer) =>
        Curves.Find(name) is { } curve ? curve.RunAsync() : s_scenarios[name](natsServer);
}
