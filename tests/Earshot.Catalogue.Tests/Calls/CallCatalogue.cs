using Earshot.Catalogue.Tests.Calls.Rows;
using Earshot.Client.Tests.Lifecycle.Connection;

namespace Earshot.Catalogue.Tests.Calls;

/// <summary>All rows of the catalogue of misuse.</summary>
internal static class CallCatalogue
{
    public const int Numbers = 61;

    public static IReadOnlyList<CallRow> All { get; } =
    [
        .. SubjectRows.All, .. HeaderAndPayloadRows.All, .. TimeRows.All, .. EndRows.All, .. HandlerRows.All, .. AddressRows.All, .. SecurityRows.All, .. SubscriptionRows.All,
        .. JetStreamRows.All, .. EnvironmentRows.All,
    ];

    public static async Task RunAsync(CallRow row)
    {
        if (row.Scenario is null)
        {
            await RefusalEngine.RunAsync(row);
            return;
        }

        await using var rig = new ConnectionRig(row.Options);
        await row.Scenario(rig);
    }
}
