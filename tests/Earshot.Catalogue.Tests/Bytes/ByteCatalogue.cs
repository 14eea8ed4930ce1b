using Earshot.Catalogue.Tests.Bytes.Engines;
using Earshot.Catalogue.Tests.Bytes.Rows;

namespace Earshot.Catalogue.Tests.Bytes;

/// <summary>All rows of the catalogue of server bytes, and the engine of each disposition.</summary>
internal static class ByteCatalogue
{
    public const int Numbers = 98;

    public static IReadOnlyList<ByteRow> All { get; } =
    [
        .. OperationRows.All, .. MessageRows.All, .. HeaderRows.All, .. InfoRows.All, .. HandshakeRows.All, .. StreamRows.All, .. JetStreamRows.All,
    ];

    public static Task RunAsync(ByteRow row) => row switch
    {
        { Scenario: { } scenario } => scenario(),
        { Disposition: Disposition.ProtocolError } => ViolationEngine.RunAsync(row),
        { Disposition: Disposition.HandshakeFailure } => HandshakeEngine.RunAsync(row),
        _ => SessionEngine.RunAsync(row),
    };
}
