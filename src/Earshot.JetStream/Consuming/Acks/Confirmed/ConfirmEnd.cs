namespace Earshot.JetStream.Consuming;

/// <summary>An ack that has ended.</summary>
/// <param name="Subject">What was acknowledged.</param>
/// <param name="Started">When it began.</param>
/// <param name="WasSent">Whether it was written, so that the server may have received it.</param>
/// <param name="WasLate">Whether it was written after the server had given it up.</param>
internal readonly record struct ConfirmEnd(AckSubject Subject, TimeSpan Started, bool WasSent, bool WasLate);
