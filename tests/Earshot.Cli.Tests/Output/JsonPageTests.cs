using System.Reflection;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Earshot.Cli.Shell;
using Earshot.Cli.Tests.Shell;
using Xunit;

namespace Earshot.Cli.Tests.Output;

/// <summary>The page about JSON has every answer and every member, in their order.</summary>
public sealed partial class JsonPageTests
{
    // The data inside of the HTML page is no answer.
    private const string PageContext = "PageJson";

    [GeneratedRegex("`([A-Za-z0-9]+)`")]
    private static partial Regex Code { get; }

    [Fact]
    public void Page_has_every_answer_with_its_members()
    {
        string[] rows = [.. File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "reference", "tool-json.md")).Where(static line => line.StartsWith("| ", StringComparison.Ordinal) && Names(line.Split('|')[^2]).Any())];
        string[] documented = [.. rows.Select(static row => string.Join(", ", Names(row.Split('|', StringSplitOptions.TrimEntries)[^2]))).Order(StringComparer.Ordinal)];
        Assert.Equal(Answers().Select(static answer => string.Join(", ", answer)).Order(StringComparer.Ordinal), documented);
    }

    [Theory]
    [InlineData("bench", typeof(Cli.Bench.BenchResult))]
    [InlineData("rtt", typeof(Cli.Messages.RttResult))]
    [InlineData("step", typeof(Cli.Doctor.Step))]
    [InlineData("verdict", typeof(Cli.Doctor.Verdict))]
    [InlineData("violation", typeof(Cli.Journals.ViolationAnswer))]
    public void Row_of_a_type_has_the_members_of_its_answer(string type, Type answer)
    {
        string row = File.ReadLines(Path.Combine(RepositoryRoot.Path, "docs", "reference", "tool-json.md")).Single(line => line.StartsWith($"| `{type}` |", StringComparison.Ordinal));
        Assert.Equal(Members(TypesOf().Single(info => info.Type == answer)), Names(row.Split('|', StringSplitOptions.TrimEntries)[^2]));
    }

    private static IEnumerable<string> Names(string cell) => Code.Matches(cell).Select(static match => match.Groups[1].Value);

    private static List<IEnumerable<string>> Answers()
    {
        List<IEnumerable<string>> answers = [.. TypesOf().Select(Members)];
        Assert.InRange(answers.Count, 18, 40);
        return answers;
    }

    // The records of the tool that the serializers write, also inside of others.
    private static List<JsonTypeInfo> TypesOf()
    {
        var found = new Dictionary<Type, JsonTypeInfo>();
        foreach (Type context in typeof(ToolHost).Assembly.GetTypes().Where(static type => type.BaseType == typeof(JsonSerializerContext) && type.Name != PageContext))
        {
            var serializer = (JsonSerializerContext)context.GetProperty("Default")!.GetValue(null)!;
            IEnumerable<CustomAttributeData> roots = context.GetCustomAttributesData().Where(static attribute => attribute.AttributeType == typeof(JsonSerializableAttribute));
            foreach (CustomAttributeData root in roots)
            {
                Add((Type)root.ConstructorArguments[0].Value!, serializer, found);
            }
        }

        return [.. found.Values];
    }

    private static void Add(Type type, JsonSerializerContext serializer, Dictionary<Type, JsonTypeInfo> found)
    {
        Type item = type.IsGenericType ? type.GetGenericArguments()[^1] : type;
        if (item.Assembly == typeof(ToolHost).Assembly && serializer.GetTypeInfo(item) is { Kind: JsonTypeInfoKind.Object } info && found.TryAdd(item, info))
        {
            foreach (JsonPropertyInfo property in info.Properties)
            {
                Add(property.PropertyType, serializer, found);
            }
        }
    }

    private static IEnumerable<string> Members(JsonTypeInfo type) => type.Properties.OrderBy(static property => property.Order).Select(static property => property.Name).Where(static name => name != "type");
}
