using System.Text.Json;

namespace Earshot.Cli.Doctor;

/// <summary>Permissions as one line, from their JSON: <c>{"allow":[...],"deny":[...]}</c> for publishing and for subscribing.</summary>
internal static class PermissionText
{
    private const int MaxSubjects = 4;

    /// <summary>Empty when everything is allowed.</summary>
    public static string Of(JsonElement publish, JsonElement subscribe) =>
        string.Join(", ", new[] { One("publish", publish), One("subscribe", subscribe) }.Where(static part => part.Length > 0));

    private static string One(string verb, JsonElement rules)
    {
        string allow = Subjects(rules, "allow");
        string deny = Subjects(rules, "deny");
        return allow.Length + deny.Length == 0 ? "" : $"{verb} {(allow.Length > 0 ? allow : "all")}{(deny.Length > 0 ? $" except {deny}" : "")}";
    }

    private static string Subjects(JsonElement rules, string name)
    {
        if (rules.ValueKind != JsonValueKind.Object || !rules.TryGetProperty(name, out JsonElement list) || list.ValueKind != JsonValueKind.Array)
        {
            return "";
        }

        string[] subjects = [.. list.EnumerateArray().Where(static subject => subject.ValueKind == JsonValueKind.String).Select(static subject => subject.GetString()!)];
        string shown = string.Join(" ", subjects.Take(MaxSubjects));
        return subjects.Length > MaxSubjects ? $"{shown} and {subjects.Length - MaxSubjects} more" : shown;
    }
}
