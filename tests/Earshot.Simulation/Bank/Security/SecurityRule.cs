namespace Earshot.Simulation.Bank.Security;

/// <summary>One of the rules of security that the client keeps.</summary>
/// <param name="Id">Its number: S1 to S24.</param>
/// <param name="Text">What it demands, in one sentence.</param>
internal sealed record SecurityRule(string Id, string Text)
{
    /// <summary>Why no guard can be removed; null: <c>Bank/Guards</c> has at least one.</summary>
    public string? NoGuard { get; init; }

    /// <summary>Whether the defect removes a guard of this rule.</summary>
    public bool IsBrokenBy(Defect defect) => defect.Name.StartsWith($"{Id}-", StringComparison.Ordinal);
}
