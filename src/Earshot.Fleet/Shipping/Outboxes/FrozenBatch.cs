using System.Globalization;

namespace Earshot.Fleet.Shipping;

/// <summary>A message whose bytes do not change any more: it is sent as it is until it is acknowledged. Immutable.</summary>
/// <param name="Number">The number of the batch in the process.</param>
/// <param name="Subject">The subject of the journal.</param>
/// <param name="MsgId">The message id, by which the stream recognizes a repetition.</param>
/// <param name="Payload">The bytes.</param>
/// <param name="Events">The number of events that it represents.</param>
internal sealed record FrozenBatch(long Number, string Subject, string MsgId, byte[] Payload, long Events)
{
    /// <summary>The message id of a batch.</summary>
    public static string IdOf(string connection, long first, long last) => string.Create(CultureInfo.InvariantCulture, $"{connection}:{first}-{last}");
}
