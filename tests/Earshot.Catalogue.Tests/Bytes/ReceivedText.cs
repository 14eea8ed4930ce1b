using System.Text;

namespace Earshot.Catalogue.Tests.Bytes;

/// <summary>A received message as one line: subject|reply|payload, and with headers subject|reply|[status A=1,2;B=3]|payload; "!" for an unreadable block.</summary>
internal static class ReceivedText
{
    public static string Of(in NatsMsg<byte[]> message)
    {
        string headers = message switch
        {
            { Error: NatsHeaderParseException } => "!|",
            { Headers: { } block } => $"[{Status(block)}{string.Join(';', block.Select(pair => $"{pair.Key}={pair.Value}"))}]|",
            _ => "",
        };
        return $"{message.Subject}|{message.ReplyTo}|{headers}{Encoding.Latin1.GetString(message.Data ?? [])}";
    }

    private static string Status(NatsHeaders headers) => headers.Code == 0 ? "" : $"{headers.Code} {headers.MessageText} ";
}
