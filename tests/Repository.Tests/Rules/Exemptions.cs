namespace Repository.Tests.Rules;

/// <summary>The short list of places that are allowed to break a rule; it is the only way around a rule.</summary>
internal static class Exemptions
{
    private static readonly string[] s_eventFiles =
    [
        "AttemptEvents", "ClusterEvents", "DrainEvents", "ErrorEvents", "FlowEvents", "HealthEvents", "JetStreamEvents", "JetStreamTerms", "LifecycleEvents", "MetaEvents",
        "SubscriptionEvents",
    ];

    internal static IReadOnlyList<Exemption> All { get; } =
    [
        new(
            BudgetRules.ConstructorSize,
            "src/Earshot.Client/Connections/Contracts/NatsMsg.cs: NatsMsg",
            "the parameters of NatsMsg are those that .NET users of NATS already write"),
        new(
            BudgetRules.ConstructorSize,
            "src/Earshot.Client/Events/DotNet/NatsMessageDroppedEventArgs.cs: NatsMessageDroppedEventArgs",
            "the parameters are those that .NET users of NATS already write"),
        new(
            BudgetRules.ConstructorSize,
            "src/Earshot.Client/Messages/InboundMessage.cs: InboundMessage",
            "one received message as one value, made in one place of the hot path"),
        .. s_eventFiles.Select(file => new Exemption(
            BudgetRules.TypesPerFile, $"src/Earshot.Client/Events/Catalogue/{file}.cs", "the events of one category and their words are read together")),
        .. s_eventFiles.Where(file => file != "JetStreamTerms").Append("NatsEventCatalogue").Select(file => new Exemption(
            BannedSyntaxRules.Partial, $"src/Earshot.Client/Events/Catalogue/{file}.cs", "the method of INatsConnectionListener stands in the same file as the record of its event")),
        new(
            BudgetRules.TypesPerFile,
            "src/Earshot.Client/Events/Catalogue/NatsEventCatalogue.cs",
            "all lists of events are in one file, so that a new event changes three files"),
        new(
            BannedSyntaxRules.TypeName,
            "src/Earshot.JetStream/Models/StreamInfos/LostStreamData.cs",
            "the name that .NET users of NATS already write"),
        new(BudgetRules.TypesPerFile, "src/Earshot.Client/Events/Export/RecordedTypes.cs", "what an exported event is read back into: one closed set"),
        new(BudgetRules.TypesPerFile, "src/Earshot.Client/Events/Export/EventConverters.cs", "the converters of the export: one closed set"),
        new(BudgetRules.TypesPerFile, "src/Earshot.Client/Lifecycle/Machine/State/MachineInput.cs", "the closed set of facts that the machine takes"),
        new(BudgetRules.TypesPerFile, "src/Earshot.Client/Lifecycle/Machine/State/MachineEffect.cs", "the closed set of orders that the machine gives"),
        new(BudgetRules.TypesPerFile, "src/Earshot.Client/Lifecycle/Machine/State/MachineState.cs", "the state and its parts, one immutable value"),
    ];

    /// <summary>What is left after the exemptions, followed by what is wrong with the exemptions themselves.</summary>
    internal static IReadOnlyList<string> Judge(
        string rule, IReadOnlyList<Violation> violations, IReadOnlyList<Exemption> exemptions)
    {
        var mine = exemptions.Where(exemption => exemption.Rule == rule).ToList();
        return
        [
            .. violations.Where(violation => !mine.Any(exemption => exemption.Covers(violation))).Select(v => v.ToString()),
            .. mine.Where(exemption => string.IsNullOrWhiteSpace(exemption.Reason))
                .Select(exemption => $"{rule}: the exemption of {exemption.Where} gives no reason"),
            .. mine.Where(exemption => !violations.Any(exemption.Covers))
                .Select(exemption => $"{rule}: the exemption of {exemption.Where} is stale, nothing breaks the rule there"),
        ];
    }
}
