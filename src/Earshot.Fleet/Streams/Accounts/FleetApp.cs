namespace Earshot.Fleet;

/// <summary>An account of applications whose connections are observed.</summary>
/// <param name="Account">The name of the account: letters, digits, <c>_</c> and <c>-</c>.</param>
public sealed record FleetApp(string Account)
{
    /// <summary>The services of the account. Default: none, so that the account gets no users.</summary>
    public IReadOnlyList<FleetService> Services { get; init; } = [];
}
