using Earshot.JetStream.Publishing;

namespace Earshot.JetStream.Batches;

/// <summary>A message of a fast batch without an ack.</summary>
/// <param name="message">The message.</param>
/// <param name="added">The time at which it was added.</param>
internal sealed class FastMessage(PublishMessage message, TimeSpan added)
{
    public PublishMessage Message { get; } = message;

    public TimeSpan Added { get; } = added;

    /// <summary>Whether it was reported as lost. It is not sent again, so that it stays lost.</summary>
    public bool IsLost { get; set; }

    /// <summary>The number of its last publish in the outbound buffer; the maximum before it was written.</summary>
    public long Number { get; set; } = long.MaxValue;
}
