using System.Text;

namespace Earshot.LoadTest.Workloads;

/// <summary>What a publisher publishes repeatedly, the same for each client.</summary>
internal sealed record PublishInput(string Subject, byte[] Payload, PublishForm Form, int Tasks)
{
    public const string HeaderName = "Trace";

    public const string HeaderValue = "4bf92f3577b34da6";

    private const int SubjectCount = 64;

    public string ReplyTo { get; } = "load.reply";

    public string[] Subjects { get; } = [.. Enumerable.Range(100, SubjectCount).Select(number => $"{Subject}.{number}")];

    public string Text { get; } = Encoding.ASCII.GetString(Payload);

    /// <summary>The frames that a client has to write for this, one message each; a publisher writes them in turn.</summary>
    public IEnumerable<byte[]> Frames() => Form switch
    {
        PublishForm.Subjects => Subjects.Select(subject => Wire.Frame($"PUB {subject} {Payload.Length}", Payload)),
        PublishForm.ReplyTo => [Wire.Frame($"PUB {Subject} {ReplyTo} {Payload.Length}", Payload)],
        PublishForm.Headers => [FrameWithHeader()],
        _ => [Wire.Frame($"PUB {Subject} {Payload.Length}", Payload)],
    };

    private byte[] FrameWithHeader()
    {
        byte[] headers = Wire.Line($"NATS/1.0\r\n{HeaderName}: {HeaderValue}\r\n");
        return Wire.Frame($"HPUB {Subject} {headers.Length} {headers.Length + Payload.Length}", [.. headers, .. Payload]);
    }
}
