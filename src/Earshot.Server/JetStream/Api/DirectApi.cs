namespace Earshot.Server.JetStream;

/// <summary>Answers direct gets: with the messages themselves, without JSON.</summary>
internal static class DirectApi
{
    private const int MostSubjects = 1024;

    public static byte[]? Get(JetStreamAccount account, string name, string subject, ApiCall call)
    {
        if (account.Find(name) is not { } stream || call.ReplyTo.Length == 0)
        {
            return null;
        }

        MessageRequest? asked = Read(subject, call, out string? refusal);
        if (refusal is not null)
        {
            account.Output.Send(call.ReplyTo, StatusBlock.Of(refusal), []);
            return null;
        }

        var run = new DirectRun(account.Output, stream.State, call.ReplyTo, asked!);
        if (asked!.MultiLast is { Count: > 0 })
        {
            run.Multi();
        }
        else if (asked.Batch > 0)
        {
            run.Batch();
        }
        else
        {
            run.Single();
        }

        return null;
    }

    private static MessageRequest? Read(string subject, ApiCall call, out string? refusal)
    {
        refusal = null;
        if (subject.Length > 0)
        {
            refusal = call.Body.Length > 0 ? "408 Bad Request" : null;
            return new MessageRequest { LastBySubj = subject };
        }

        MessageRequest? asked = call.Body.Length == 0 ? null : JetStreamJson.Read(call.Body, JetStreamJson.Default.MessageRequest, out _, isStrict: false); // as a real server
        refusal = call.Body.Length == 0 ? "408 Empty Request"
            : asked is null || asked.MultiLast?.Contains(null!) == true ? "408 Malformed Request"
            : asked is { MultiLast: not null, UpToSeq: > 0, UpToTime: not null } ? "408 Bad Request"
            : asked.MultiLast is { Count: > MostSubjects } ? "413 Too Many Results"
            : asked.LastBySubj is { Length: > 0 } && (asked.Batch > 0 || asked.Seq > 0 || asked.NextBySubj is { Length: > 0 }) ? "408 Bad Request"
            : asked is { Seq: 0, LastBySubj: null or "", StartTime: null, MultiLast: null or { Count: 0 } } && (asked.NextBySubj is null or "" || asked.Batch > 0) ? "408 Empty Request"
            : null;
        return asked;
    }
}
