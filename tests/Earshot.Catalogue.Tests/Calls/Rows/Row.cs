using Earshot.Client.Tests.Lifecycle.Connection;

namespace Earshot.Catalogue.Tests.Calls.Rows;

/// <summary>Short forms, so that a row of the tables is one line.</summary>
internal static class Row
{
    public static CallRow Refused<TException>(string id, string name, Action<NatsConnection> call)
        where TException : Exception => new(id, name) { Exception = typeof(TException), Call = call };

    public static CallRow NotConstructed<TException>(string id, string name, Action construct)
        where TException : Exception => new(id, name) { Exception = typeof(TException), Construction = construct };

    public static CallRow Scenario(string id, string name, Func<ConnectionRig, Task> scenario) => new(id, name) { Scenario = scenario };

    public static CallRow Elsewhere(string id, string name, string file, string test) => new(id, name) { Elsewhere = (file, test) };

    /// <summary>A text as the name of a row: control characters and what is no ASCII as their numbers.</summary>
    public static string Shown(string text) =>
        text.Length > 100 ? $"{text.Length} letters" : $"'{string.Concat(text.Select(c => c is <= ' ' or > '~' ? $"\\u{(int)c:x4}" : $"{c}"))}'";
}
