namespace Earshot.JetStream.Models;

/// <summary>The body of a request to reset a consumer.</summary>
internal record ConsumerResetRequest
{
    /// <summary>Sequence of the stream at which it continues; 0: behind the ack floor.</summary>
    public ulong Seq { get; set; }
}
