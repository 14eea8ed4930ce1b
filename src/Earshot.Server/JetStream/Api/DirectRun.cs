using System.Globalization;
using System.Text;

namespace Earshot.Server.JetStream;

/// <summary>One direct get: selects messages and sends them.</summary>
internal sealed class DirectRun(IJetStreamOutput output, StreamState stream, byte[] inbox, MessageRequest asked)
{
    private const int MostSubjects = 1024;

    private MessageStore Messages => stream.Messages;

    public void Single()
    {
        if (MessageApi.Find(Messages, asked) is { } message)
        {
            Send(message);
        }
        else
        {
            Status("404 Message Not Found");
        }
    }

    /// <summary>Several messages, by their sequence or time and perhaps their subject.</summary>
    public void Batch()
    {
        SubjectFilter filter = asked.NextBySubj is { Length: > 0 } pattern ? new SubjectFilter([pattern]) : SubjectFilter.All;
        ulong start = asked.StartTime is { } text && GoTime.TryParse(text, out DateTimeOffset time)
            ? Messages.Messages.FirstOrDefault(message => message.Time >= time)?.Sequence ?? Messages.LastSequence + 1
            : asked.Seq;
        var found = new List<StoredMessage>();
        for (StoredMessage? next = Messages.Next(filter, start); next is not null && found.Count < asked.Batch; next = Messages.Next(filter, next.Sequence + 1))
        {
            found.Add(next);
        }

        ulong pending = found.Count == 0 ? 0 : Messages.CountFrom(filter, found[0].Sequence);
        SendAll(found, pending, "404 Message Not Found", null);
    }

    /// <summary>The last message of each of several subjects.</summary>
    public void Multi()
    {
        ulong upTo = asked.UpToSeq > 0 ? asked.UpToSeq
            : asked.UpToTime is { } text && GoTime.TryParse(text, out DateTimeOffset time) ? Messages.Messages.LastOrDefault(message => message.Time <= time)?.Sequence ?? 0
            : Messages.LastSequence;
        List<ulong> sequences = Messages.LastPerSubject(new SubjectFilter(asked.MultiLast!), upTo);
        if (sequences.Count > MostSubjects)
        {
            Status("413 Too Many Results");
            return;
        }

        List<StoredMessage> all = [.. sequences.Where(sequence => sequence >= asked.Seq).Select(sequence => Messages.Find(sequence)!)];
        int batch = asked.Batch > 0 ? asked.Batch : all.Count;
        SendAll([.. all.Take(batch)], (ulong)all.Count, "404 No Results", upTo);
    }

    private void SendAll(List<StoredMessage> found, ulong pending, string none, ulong? upTo)
    {
        if (found.Count == 0)
        {
            Status(none);
            return;
        }

        long bytes = 0;
        ulong last = 0;
        foreach (StoredMessage message in found)
        {
            bytes += message.Subject.Length + message.Length;
            pending--;
            Send(message, pending, last);
            last = message.Sequence;
            if (asked.MaxBytes > 0 && bytes >= asked.MaxBytes)
            {
                break;
            }
        }

        string text = string.Create(CultureInfo.InvariantCulture, $"204 EOB\r\nNats-Num-Pending: {pending}\r\nNats-Last-Sequence: {last}");
        Status(upTo is null ? text : string.Create(CultureInfo.InvariantCulture, $"{text}\r\nNats-UpTo-Sequence: {upTo}"));
    }

    private void Status(string text) => output.Send(inbox, StatusBlock.Of(text), []);

    private void Send(StoredMessage message, ulong? pending = null, ulong last = 0)
    {
        if (asked.NoHdr && pending is null)
        {
            output.Send(inbox, [], message.Payload);
            return;
        }

        byte[] headers = HeaderBlock.Add(message.Headers, "Nats-Stream"u8, Encoding.UTF8.GetBytes(stream.Name));
        headers = HeaderBlock.Add(headers, "Nats-Subject"u8, message.Subject);
        headers = HeaderBlock.Add(headers, "Nats-Sequence"u8, Number(message.Sequence));
        headers = HeaderBlock.Add(headers, "Nats-Time-Stamp"u8, Encoding.ASCII.GetBytes(GoTime.Format(message.Time)));
        if (pending is { } left)
        {
            headers = HeaderBlock.Add(headers, "Nats-Num-Pending"u8, Number(left));
            headers = HeaderBlock.Add(headers, "Nats-Last-Sequence"u8, Number(last));
        }

        output.Send(inbox, headers, message.Payload);
    }

    private static byte[] Number(ulong number) => Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture));
}
