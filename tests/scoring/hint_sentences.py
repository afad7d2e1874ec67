"""Two hundred sentences as interviewers write them: what should be hinted at, by kind, and what is innocent."""

PROTECTED = """
She is pregnant and speaks with an accent; too old for this.
Visibly pregnant, so I wonder who covers the spring.
Will be on maternity leave when the project starts.
Has two small children, so on-call will be hard.
Asked about childcare, which tells me where her mind is.
Her husband works in another city and she may move.
He is newly married and wants to start a family soon.
A single mother, I doubt she can travel.
His family commitments would not allow the night shift.
He is too old to learn a new stack.
In her late fifties, close to retirement.
Too young for the role.
At his age he should know this.
A 52-year-old who still writes loops by hand.
Older guy, explained the cache well.
He seems over 50 and tired.
Typical millennial, changed the subject twice.
Speaks with a strong accent, hard to follow.
Her thick accent made the explanation slow.
Not a native speaker, so writing docs will be a problem.
He is from India, so used to hierarchy.
Originally from Russia, direct as they are.
She is Chinese and did not contradict me.
A typical German engineer: drew boxes first.
Needs a visa, which makes this complicated.
His English is weak but the design was fine.
A black woman, would help our numbers.
He is autistic, I think, avoided my eyes.
She mentioned her ADHD when she lost the thread.
Stuttered through the first ten minutes.
Came in a wheelchair, the office has stairs.
He was sick last year and had a long break.
She said she takes antidepressants.
Had a burnout two years ago, said so himself.
He is overweight and out of breath.
She wears a hijab, clients may ask.
He is a devout Christian and will not work Sundays.
Prays five times a day, meetings would suffer.
Asked whether the canteen is halal.
Votes conservative, as the sticker on the laptop says.
He is gay, would he fit with the others?
A trans woman, I used the wrong name once.
Good for a woman in systems work.
Bossy when I interrupted her.
Probably a diversity hire.
Attractive woman, the team will be distracted.
Badly dressed for a senior role.
Tattoos up to the neck.
She said “I am pregnant” and then designed the rollback.
Measured the latency, but his accent got in the way.
""".strip().splitlines()

LIKING = """
I liked him a lot, would have a beer with him.
Would happily go for a drink with her.
We really clicked from the first minute.
Good vibe, I would want this colleague.
Great culture fit.
My gut says no.
Reminds me of myself ten years ago.
Nice guy, easy conversation.
She was fun to talk to.
One of us, no question.
Could be stuck in an airport with him.
I didn't warm to him.
I enjoyed talking to her about sailing.
Went to my university, so I know the training.
I just have a bad feeling about this one.
""".strip().splitlines()

HEARSAY = """
I heard from Priya that he left on bad terms.
The recruiter said she is expensive.
His CV says he led the migration.
According to her former manager he delivers.
People say she rewrote the whole stack.
A friend of mine worked with him and was happy.
Apparently she built the first ranking model there.
Rumour has it that the team fell apart.
I was told he had offers from two labs.
Known for good talks.
The previous interviewer liked the design part.
From her LinkedIn: five years of production models.
My colleague vouches for him.
Everyone says that he is the one who kept it running.
The reference praised the on-call work.
""".strip().splitlines()

TRAIT = """
Very smart.
Arrogant and abrasive.
A passionate engineer.
Brilliant on systems.
Confident, articulate, senior.
Lazy thinker.
Seemed nervous.
Excellent communication.
Solid.
Too junior for us.
Not very curious.
Rockstar.
""".strip().splitlines()

NOTHING = """
idk
n/a
See above.
ok
None
TBD
no comment
ditto
""".strip().splitlines()

HINTED = {
    "protected": PROTECTED,
    "liking": LIKING,
    "hearsay": HEARSAY,
    "trait": TRAIT,
    "nothing": NOTHING,
}

INNOCENT = """
Asked for the age of the cache before anything else.
Used the accent colour of the chart to mark outliers.
Compared a family of models on the same split.
Left a pregnant pause after the number and then corrected it.
Asked which native library the tokenizer calls.
Would keep the old index until the new one is warm.
Said the training data is two years old and drifts.
Named three ways a parent span loses its child span.
Set the age limit of a session to ten minutes.
Wanted to see the race between the two writers.
Found the race condition in the queue.
Asked where the traffic is from before sizing the cluster.
Checked the health endpoint and the readiness probe.
Proposed a health check with a deadline.
Ran a blind comparison of the two prompts.
Suggested blind rating by two people.
Masked the gender column and measured the error by group.
Asked whether age and gender are features of the model.
Wrote a test for each branch of the transaction.
Split the disabled tests into flaky and broken.
Disabled the cache to see whether the latency changes.
Said that the feature flag had been disabled for a week.
Would translate the Spanish queries first and compare recall.
Counted errors in the German subset by hand.
Noticed that the French evaluation set has duplicates.
Took the model from France Telecom as a baseline.
Read the logs religiously, every line, until the gap showed.
Explained why the agent prefers the cheaper tool.
Weighed recall against cost and chose recall.
Asked for the weight of each loss term.
Plotted height and weight of the bounding boxes.
Wanted a single source of truth for prompts.
Married the two logs by request id.
Divorced the retriever from the ranker in the sketch.
Called the orphaned process a zombie and killed it.
Named master and worker, then corrected to primary and replica.
Described how a child process inherits the descriptor.
Put the parent document beside each chunk.
Asked who owns the on-call rota.
Said “I would not ship this” when the error rate rose.
Drew the request path before naming a component.
Estimated 40 requests a second from the numbers given.
Changed the plan when the change was revealed.
Admitted that the first guess was wrong and reran the query.
Guessed the cause without looking at the traces.
Skipped the baseline even after a hint.
Could not name a metric for the summaries.
Did not ask what the users do with the answer.
Asked two clarifying questions, then began.
Took twelve minutes to reach the data.
Compared offline and online metrics and explained the gap.
Kept a holdout from before the launch.
Listed four failure modes of retrieval with an example each.
Said the judge model agrees with itself and not with people.
Wanted fifty labelled examples before any prompt change.
Rolled back first and looked for the cause afterwards.
Proposed a canary with a kill switch.
Calculated the cost per request on the whiteboard.
Refused to quote a latency without a percentile.
Found the leak by bisecting the commits.
Read the stack trace from the bottom up.
Noticed that the test set was in the training data.
Explained the trade-off between batch size and latency.
Used the wrong formula for the interval and did not notice.
Fixed the off-by-one after running the example.
Left the error handling out and said so.
Tested the empty list and the very long one.
Named the person who would have to approve the change.
Told how she had rolled out a change to three teams.
Told a story of a failed launch and what she changed afterwards.
Heard the alert as a symptom and asked for the cause.
According to the docs the limit is 8k, and he checked it.
Asked what the customer said before proposing anything.
Said her manager told her to revert and that she refused.
Said “people say the model is lazy” and asked for numbers.
The query runs for 30 s and she saw that it scans the table.
Chose a smaller model after the cost was named.
Separated what is known from what is assumed.
Summarised the incident in three sentences for a manager.
Wrote the rubric before looking at outputs.
Asked for two raters and a measure of agreement.
Sampled a hundred failures and grouped them.
Reproduced the bug with a five-line script.
Put a timeout on every tool call.
Said the agent needs a budget of steps.
Limited the tools to reads until a person approves.
Asked what happens when the tool answers with an error.
Logged the prompt version with each answer.
Redacted names before the data left the cluster.
Named the consent of the users as a condition.
Sketched the schema and normalised one table too far.
Repeated the question in her own words before answering.
Interrupted twice to check an assumption.
Wanted to know who is harmed when the filter fails.
Measured the error by group of users and proposed a threshold each.
Compared the model's answers for male and female names.
Asked whether the images of tumours came from one scanner.
Trained on cancer data before and explained the leakage by patient.
Handled the visa-type field as a category and tested unseen values.
Stopped after the third failed try and asked for the log.
""".strip().splitlines()
