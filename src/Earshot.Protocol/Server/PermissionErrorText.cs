namespace Earshot.Protocol;

/// <summary>
/// Reads operation, subject, queue group and sid out of the text of a permissions violation. The parts are Go strings in
/// double quotes; what cannot be read stays null.
/// </summary>
internal static class PermissionErrorText
{
    public const string Prefix = "Permissions Violation";

    public static NatsServerError Read(NatsServerError error)
    {
        ReadOnlySpan<char> rest = error.Text.AsSpan(Prefix.Length);
        NatsPermissionOperation operation;
        if (TryTake(ref rest, " for Publish to "))
        {
            operation = NatsPermissionOperation.Publish;
        }
        else if (TryTake(ref rest, " for Publish with Reply of "))
        {
            operation = NatsPermissionOperation.PublishReply;
        }
        else if (TryTake(ref rest, " for Subscription to "))
        {
            operation = NatsPermissionOperation.Subscribe;
        }
        else
        {
            return error;
        }

        string? subject = TakeText(ref rest);
        string? queueGroup = TryTake(ref rest, " using queue ") ? TakeText(ref rest) : null;
        string? sid = TryTake(ref rest, " (sid ") ? TakeText(ref rest) : null;
        return error with
        {
            Operation = operation,
            Scope = operation == NatsPermissionOperation.Subscribe ? NatsServerErrorScope.Subscription : NatsServerErrorScope.Message,
            Subject = subject,
            QueueGroup = queueGroup,
            Sid = sid,
        };
    }

    private static bool TryTake(ref ReadOnlySpan<char> rest, string text)
    {
        if (!rest.StartsWith(text, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        rest = rest[text.Length..];
        return true;
    }

    // Old servers did not quote; such a text ends at the next space.
    private static string? TakeText(ref ReadOnlySpan<char> rest)
    {
        if (!rest.IsEmpty && rest[0] == '"')
        {
            return GoQuotedString.Take(ref rest);
        }

        int end = rest.IndexOf(' ');
        ReadOnlySpan<char> text = end < 0 ? rest : rest[..end];
        rest = rest[text.Length..];
        return text.IsEmpty ? null : text.ToString();
    }
}
