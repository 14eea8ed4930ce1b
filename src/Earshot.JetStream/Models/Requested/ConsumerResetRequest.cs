namespace Earshot.JetStream.Models;

/// <summary>The body of a request that resets a consumer.</summary>
internal record ConsumerResetRequest
{
    /// <summary>The stream sequence at which the consumer continues; 0: after its ack floor.</summary>
    public ulong Seq { get; set; }
}
