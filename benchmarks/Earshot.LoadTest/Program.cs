using Earshot.LoadTest;
using Earshot.LoadTest.Opponents;

// Two programs in one: the load test, and the opponents it starts as processes of their own so that their work is not
// counted as the client's.
if (args is ["--opponent", .. var opponent])
{
    return OpponentEntry.Run(opponent);
}

LoadTestOptions options;
try
{
    options = LoadTestOptions.Parse(args);
}
catch (ArgumentException wrong)
{
    await Console.Error.WriteLineAsync(wrong.Message);
    await Console.Error.WriteLineAsync(LoadTestOptions.Usage);
    return 2;
}

return await LoadTestRun.RunAsync(options);
